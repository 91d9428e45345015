insert into debezium_signal values ('a', 'pause-snapshot', '{"type": "incremental"}');
insert into debezium_signal values ('b', 'resume-snapshot', '{}');
insert into debezium_signal values ('c', 'stop-snapshot', '{"type": "incremental", "data-collections": ["public.rows"]}');
insert into rows values (8, 'streamed');
-- @sync
begin;
insert into debezium_signal values ('1', 'execute-snapshot', '{"type": "incremental", "data-collections": ["public.rows"]}');
insert into debezium_signal values ('2', 'pause-snapshot', '{"type": "incremental"}');
commit;
-- @sync
insert into rows values (9, 'while paused');
-- @sync
insert into debezium_signal values ('3', 'resume-snapshot', '{"type": "incremental"}');
-- @sync
begin;
insert into debezium_signal values ('4', 'execute-snapshot', '{"type": "incremental", "data-collections": ["public.rows", "public.more"]}');
insert into debezium_signal values ('5', 'stop-snapshot', '{"type": "incremental", "data-collections": ["public.rows"]}');
commit;
-- @sync
begin;
insert into debezium_signal values ('6', 'execute-snapshot', '{"type": "incremental", "data-collections": ["public.more", "public.rows"]}');
insert into debezium_signal values ('7', 'stop-snapshot', '{"type": "incremental"}');
commit;
-- @sync
insert into more values (4, 'streamed after');
