create table t (id int primary key, a text not null default 'da', b int);
create table u (id int primary key, v text);
insert into t values (1, 'a', 1);
