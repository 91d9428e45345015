create table a (id int primary key, v text); create table b (id int primary key, a int references a on delete cascade on update cascade); create table outside (id int primary key); create table nokey (v text);
create table tr (id int primary key, v int);
create unlogged table unl (id int primary key);
