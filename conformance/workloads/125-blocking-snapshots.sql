insert into debezium_signal values ('1', 'execute-snapshot', '{"type": "blocking", "data-collections": ["public.b", "public.a"]}');
-- @sync
insert into a values (4, 'streamed');
insert into debezium_signal values ('2', 'log', '{"message": "at {}"}');
-- @sync
insert into debezium_signal values ('3', 'execute-snapshot', '{"type": "BLOCKING", "data-collections": ["public.a"], "additional-conditions": [{"data-collection": "public.a", "filter": "select * from public.a where id > 2 order by id desc"}]}');
-- @sync
insert into debezium_signal values ('4', 'execute-snapshot', '{"type": "blocking", "data-collections": ["public.nothing"]}');
-- @sync
insert into b values (2, 'streamed');
-- @stop
-- @start
delete from a;
