insert into debezium_signal values ('1', 'execute-snapshot', '{"data-collections": ["public.i_text", "public.i_uuid"]}');
-- @sync
insert into debezium_signal values ('2', 'execute-snapshot', '{"data-collections": ["public.i_big", "public.i_empty", "public.i_two"], "type": "INCREMENTAL"}');
-- @sync
insert into debezium_signal values ('3', 'execute-snapshot', '{"data-collections": ["public.i_two", "public.i_big"], "type": "incremental", "additional-conditions": [{"data-collection": "public.i_two", "filter": "b = ''k1''"}, {"data-collection": "public.i_big", "filter": "v < 0 or k = 0"}]}');
-- @sync
insert into i_one values (2, 'streamed', 'h');
insert into debezium_signal values ('4', 'execute-snapshot', '{"data-collections": ["public.i_one"]}');
-- @sync
delete from i_one;
