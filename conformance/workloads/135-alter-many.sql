insert into a values (2,'b');
-- @sync
alter table a rename v to w;
alter table b add primary key (id);
alter schema s1 rename to s2;
-- @sync
insert into a values (3,'c'); update a set w = 'cc' where id = 3;
insert into b values (2,'x'); update b set id = 3 where id = 2; delete from b where id = 3;
insert into s2.c values (2,'c');
-- @sync
alter table a alter d type bigint using d * 2, alter d set default 100, drop constraint a_pkey;
alter table b alter v set default 'dd';
alter table b alter v set not null;
drop table drp;
create table drp (code text primary key, n numeric default 3, id int);
-- @sync
insert into a values (4,'d'); insert into a values (5,'d', null);
insert into b values (4); delete from b where id = 4;
insert into drp values ('a', 1, 2);
-- @sync
alter table a add primary key (id, w);
alter table b alter v drop not null, alter v drop default;
alter type en rename value 'x' to 'xx';
-- @sync
insert into a values (7,'f'); update a set w = 'g' where id = 7; delete from a where id = 7;
insert into b values (5, null); delete from b where id = 5;
insert into e values (2);
-- @sync
alter table a add column x numeric(6,2) not null default 1.5, add y timestamp default now(), drop column d;
alter type en add value 'z' before 'y';
-- @sync
insert into a (id, w, y) values (8,'h', '2020-01-01'); update a set x = 2 where id = 8;
insert into e values (3, 'z', 'z', '{z,y}');
-- @sync
alter table a rename to a_new;
alter type en rename to enn;
create table fresh (id serial primary key, e enn, v varchar(3)[]);
-- @sync
insert into a_new (id, w, y) values (10,'j', null);
insert into e values (4, 'z', 'z', '{z,y}');
insert into fresh (e, v) values ('z', '{abc}');
-- @sync
alter table fresh alter v type varchar(9)[], add g int generated always as (id * 2) stored;
alter table e alter e type text;
-- @sync
insert into fresh (e, v) values ('y', '{abcdef}');
insert into e values (5, 'zz', 'z', '{z,y}');
