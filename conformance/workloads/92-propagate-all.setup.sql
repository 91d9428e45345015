create type lvl as enum ('a', 'b');
create domain zip as varchar(10);
create table typed (id bigserial primary key, si smallint, r real, d double precision, n numeric, n2 numeric(9,4), m money, t text, vc varchar(7), v varchar, c char(3), u uuid, j jsonb, by bytea,
  da date, t3 time(3), tz timetz, ts timestamp, ts3 timestamp(3), tsz timestamptz(2), iv interval, b5 bit(5), vb varbit(9), ip inet, e lvl, z zip, ia int[], va varchar(5)[], na numeric(5,2)[], ir int4range, p point, bo bool, o oid);
comment on table typed is 'typed "columns"';
comment on column typed.vc is 'seven';
comment on column typed.n2 is E'line\nbreak';
