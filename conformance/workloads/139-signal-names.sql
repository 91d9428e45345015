insert into debezium_signal values ('spaced', 'execute-snapshot', '{"data-collections": ["public.K Odd"], "type": "incremental"}');
-- @sync
insert into debezium_signal values ('pattern', 'execute-snapshot', '{"data-collections": ["public.k_(c|u).*"], "type": "INCREMENTAL", "additional-conditions": [{"data-collection": "public.k_comp", "filter": "v > 2 and b <> ''b5''"}]}');
-- @sync
insert into k_uuid values ('00000000-0000-0000-0000-000000000099', 'after');
