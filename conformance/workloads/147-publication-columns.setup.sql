create table a (id int primary key, v text not null default 'dv', secret text, n int);
create table b (id int primary key, kind text, v text default 'x');
create table c (id int primary key, v text);
create table p (id int, r text, primary key (id)) partition by range (id); create table p1 partition of p for values from (0) to (10); create table p2 partition of p for values from (10) to (20);
alter table b replica identity full;
create publication given_columns for table a (id, v), b where (kind = 'in'), p with (publish = 'insert, update, delete', publish_via_partition_root = true);
insert into a values (1,'a','s',1); insert into b values (1,'in'),(2,'out'); insert into p values (1,'x'),(11,'y'); insert into c values (1,'c');
