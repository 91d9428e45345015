create table things (id int primary key, name text default 'nameless', qty int not null default 1, at timestamp(3), tags text[], price numeric(6,2) default 1.5);
create table nokey (a int, b text);
insert into things values (1, 'snap', 2, '2024-01-01', '{a}', 2.5);
insert into nokey values (1, 'b');
