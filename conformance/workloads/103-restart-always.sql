insert into small values (2, 'streamed');
-- @stop
drop table large;
alter table middle add n int default 5;
create table added (id int primary key, v text);
insert into added select g, 'a' from generate_series(1, 4) g;
analyze;
-- @start
insert into added values (9, 'streamed');
delete from middle where id = 1;
