create table kept_one (id int primary key, v text);
create table other (id int primary key, v text);
insert into kept_one values (1, 'v');
insert into other values (1, 'v');
