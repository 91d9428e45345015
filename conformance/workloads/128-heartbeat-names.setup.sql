create table t (id int primary key);
create table beats (id int primary key, n int);
