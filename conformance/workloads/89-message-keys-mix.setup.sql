create table a (id int primary key, part int, code varchar(5) not null, v text);
create table b (id int, code text, part numeric(5,1), primary key (id));
alter table b replica identity full;
create table c (id int primary key, v text default 'dv');
create table d (id int primary key, v text);
insert into a values (1, 1, 'x', 'v');
insert into b values (1, 'x', 1.5);
