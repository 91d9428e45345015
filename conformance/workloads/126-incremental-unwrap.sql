insert into rows values (5, 'streamed', null);
insert into debezium_signal values ('1', 'execute-snapshot', '{"data-collections": ["public.rows"]}');
-- @sync
delete from rows where id = 1;
