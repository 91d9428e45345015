create table whole (id int primary key, v text, n int);
create table part (a int, b text, secret text default 's', v text, primary key (a, b));
create table nokey (a int, b text);
alter table nokey replica identity full;
insert into whole values (1, 'v', 1);
insert into part values (1, 'b', default, 'v');
insert into nokey values (1, 'b');
