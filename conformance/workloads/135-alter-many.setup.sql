create schema s1;
create table a (id int primary key, v text, d int default 1);
create table b (id int, v text);
create table s1.c (id int primary key, v text);
create table drp (id int primary key, v text);
create type en as enum ('x','y');
create table e (id int primary key, e en default 'x', en en not null default 'y', ea en[]);
insert into a values (1,'a'); insert into b values (1,'b'); insert into s1.c values (1,'c'); insert into drp values (1,'d'); insert into e values (1);
