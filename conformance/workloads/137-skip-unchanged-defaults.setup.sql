create table t (id int primary key, n int default 5, s text default 'x', m text default 'mm', tr text, d numeric, f float8, j jsonb);
alter table t replica identity full;
create table k (id int primary key, n int default 5);
