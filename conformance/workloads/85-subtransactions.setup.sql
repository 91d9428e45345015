create table log (id int primary key, v text);
create function attempt(int) returns void language plpgsql as $$
begin
  insert into log values ($1, 'tried');
  begin
    insert into log values ($1 + 1, 'inner');
    insert into log values ($1, 'again');
  exception when unique_violation then
    insert into log values ($1 + 2, 'caught');
  end;
end $$;
