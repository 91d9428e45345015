insert into shown values (1, 'a');
insert into hidden values (1);
-- @stop
-- @start
insert into shown values (2, 'b');
-- @stop
insert into hidden values (2);
-- @start
insert into shown values (3, 'c');
begin; insert into hidden values (3); rollback;
insert into hidden values (4);
-- @stop
insert into shown values (4, 'd');
-- @start
