create type pair as (a int, b text);
create table lsn_key (l pg_lsn primary key, v text);
create table xid_unique (x xid8 not null unique, v text);
create table pair_key (p pair primary key, v text);
create table part_key (id int, l pg_lsn, v text, primary key (l, id));
create table chosen (id int primary key, b box, v text);
insert into lsn_key values ('0/1', 'a'); insert into xid_unique values ('1', 'a'); insert into pair_key values ('(1,x)', 'a'); insert into part_key values (1, '0/1', 'a'); insert into chosen values (1, '(1,1),(0,0)', 'a');
