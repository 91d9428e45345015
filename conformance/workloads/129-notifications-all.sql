insert into debezium_signal values ('i-1', 'execute-snapshot', '{"data-collections": ["public.a", "public.b"]}');
-- @sync
insert into debezium_signal values ('b-1', 'execute-snapshot', '{"type": "blocking", "data-collections": ["public.c"]}');
-- @sync
insert into debezium_signal values ('n-1', 'execute-snapshot', '{"data-collections": ["public.nothing"]}');
-- @sync
insert into b values (1, 'streamed');
