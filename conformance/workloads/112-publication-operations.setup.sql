create schema pub;
create table pub.t (id int primary key, v text);
create table t (id int primary key);
create publication given_ops for tables in schema pub with (publish = 'insert, update, truncate');
insert into pub.t values (1, 'v');
insert into t values (1);
