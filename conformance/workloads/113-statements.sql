copy parent (id, v) from stdin;
1	one
2	\N
3	t\\hr\tee
\.
insert into parent (id, v) values (1, 'again'), (4, 'four') on conflict (id) do update set v = excluded.v;
insert into parent (id, v) values (4, 'nothing') on conflict do nothing;
merge into parent p using (values (1, 'merged'), (9, 'new')) s (id, v) on p.id = s.id
  when matched then update set v = s.v when not matched then insert (id, v) values (s.id, s.v);
insert into orphan values (1, 1), (2, 2);
update parent set id = 10 where id = 1;
delete from parent where id = 2;
with gone as (delete from parent where id = 3 returning id, v) insert into child (parent, note) select null, v from gone;
begin;
select id from parent for update;
commit;
begin;
lock table parent;
update parent set v = 'locked' where id = 4;
commit;
vacuum full parent;
insert into parent (id, v) values (20, 'after a rewrite');
create table copied as select id, v from parent;
insert into copied values (1, 'no key');
select id, v into selected from parent order by id;
