insert into ops.signals values ('1', 'execute-snapshot', '{"data-collections": ["public.rows"]}');
-- @sync
update rows set v = 'changed' where id = 2;
-- @sync
alter table rows add n int default 4;
-- @sync
insert into ops.signals values ('2', 'execute-snapshot', '{"data-collections": ["public.rows"], "additional-conditions": [{"data-collection": "public.rows", "filter": "id in (2, 3)"}]}');
-- @sync
insert into rows values (9, 's', 'v9', 'b', 5);
