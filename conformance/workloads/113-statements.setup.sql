create table parent (id int primary key, v text, touched int not null default 0, twice int generated always as (id * 2) stored);
create table child (id serial primary key, parent int references parent on delete cascade on update cascade, note text);
create table orphan (id int primary key, parent int references parent on delete set null on update set default);
create function touch() returns trigger language plpgsql as $$ begin new.touched := coalesce(old.touched, 0) + 1; return new; end $$;
create trigger touch before update on parent for each row execute function touch();
create function trace() returns trigger language plpgsql as $$ begin insert into child (parent, note) values (new.id, tg_op); return null; end $$;
create trigger trace after insert on parent for each row execute function trace();
