create extension hstore;
create extension ltree;
create extension citext;
create type colour as enum ('red', 'green');
create type pair as (a int, b text);
create domain percent as numeric(5,2) check (value <= 100);
create table strict (id int primary key,
  si smallint not null, i int not null, bi bigint not null, o oid not null, b bool not null, r real not null, d double precision not null,
  n numeric not null, n2 numeric(10,4) not null, pc percent not null, m money not null,
  t text not null, vc varchar(9) not null, c char(5) not null, ci citext not null, nm name not null, ch "char" not null,
  u uuid not null, j json not null, jb jsonb not null, x xml not null, by bytea not null,
  da date not null, ti time not null, ti3 time(3) not null, tz timetz not null, ts timestamp not null, ts3 timestamp(3) not null, ts1 timestamp(1) not null,
  tsz timestamptz not null, iv interval not null,
  b1 bit not null, b9 bit(9) not null, vb varbit not null, vb4 varbit(4) not null,
  ip inet not null, cd cidr not null, mac macaddr not null, mac8 macaddr8 not null,
  ir int4range not null, nr numrange not null, tsr tsrange not null, dr daterange not null,
  p point not null, bx box not null, ci2 circle not null, h hstore not null, lt ltree not null, v tsvector not null, q tsquery not null,
  e colour not null, pr pair not null, l pg_lsn not null,
  ai int[] not null, at text[] not null, an numeric(4,1)[] not null, ae colour[] not null, ad date[] not null, au uuid[] not null, aj jsonb[] not null);
