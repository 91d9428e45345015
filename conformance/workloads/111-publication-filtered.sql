insert into kept_one values (2, 'v');
insert into other values (2, 'v');
create table kept_two (id int primary key, v text);
insert into kept_two values (1, 'before the publication knows');
-- @stop
insert into kept_two values (2, 'while down');
-- @start
insert into kept_two values (3, 'published');
insert into kept_one values (3, 'v');
