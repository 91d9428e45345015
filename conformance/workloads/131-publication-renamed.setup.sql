create schema archive;
create table current (id int primary key, v text);
create table next (v text, id int primary key, extra int);
insert into current values (1, 'v');
