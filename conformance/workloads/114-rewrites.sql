update r set n = 10 where id = 1;
-- @sync
alter table r alter n type numeric(8,3) using n / 3.0, alter t type text, alter d type timestamp(3), alter j type jsonb;
-- @sync
update r set n = 0.5, d = '2024-01-01 01:02:03.456' where id = 1;
-- @sync
alter table r add s serial, add u text default 'c' || (random() > 2)::text;
-- @sync
update r set u = 'u', t = 'x' where id = 2;
-- @sync
alter table r alter id type bigint, alter t set default 'dt', alter t set not null;
-- @sync
insert into r (id, s, u) values (10000000000, 9, 'u');
update r set id = 5 where id = 1;
-- @sync
alter table r drop constraint r_pkey, add primary key (s);
-- @sync
delete from r where id = 2;
-- @sync
alter table r drop column j, add column j text[] default '{x}';
-- @sync
insert into r (id, s, u) values (6, 10, 'u');
-- @sync
alter table r rename to r_renamed;
alter table r_renamed rename column u to "U";
insert into r_renamed (id, s) values (7, 11);
