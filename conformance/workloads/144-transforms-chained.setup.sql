create table cust_1 (id int primary key, name text, email text, n numeric(6,2) default 1.5, ts timestamp, b bytea, ok bool, arr int[], big bigint, d double precision, tags text[]);
create table cust_2 (id int primary key, name text, email text, n numeric(6,2) default 1.5, ts timestamp, b bytea, ok bool, arr int[], big bigint, d double precision, tags text[]);
create table other (k text primary key, v jsonb, x text);
insert into cust_1 values (1,'n','e@x',2,'2020-01-01','\x01',true,'{1}',5,1.5,'{a}');
