insert into pub.t values (2, 'w');
update pub.t set id = 3 where id = 2;
delete from pub.t where id = 1;
insert into t values (2);
create table pub.later (id int primary key, v text);
insert into pub.later values (1, 'in the schema');
truncate pub.t;
