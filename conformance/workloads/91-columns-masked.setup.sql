create extension citext;
create type grade as enum ('first', 'second');
create table people (id int primary key, wide text, j text, v2 text, vc40 varchar(40), t text, c char(9) not null default 'none', x varchar, u text, long text, jb text not null default 'default text', ci citext, u2 varchar(4), e text, n numeric(7,2), ts timestamp(3), a varchar(4)[]);
create table keyed (k text primary key, v text);
insert into people (id, wide, j, v2, vc40, t, x, u, long, ci, u2, e, n, ts, a) values (1, 'wide', '{}', 'v2', 'vc', 't', 'x', 'u', 'longer text', 'CiText', 'abcd', 'first', 1.5, '2024-01-01', '{abcd}');
insert into keyed values ('key', 'v');
