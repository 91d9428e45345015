select pg_logical_emit_message(false, 'app.first', 'before any commit');
select pg_logical_emit_message(true, 'app.a', ''), pg_logical_emit_message(true, 'app', 'not chosen'), pg_logical_emit_message(true, 'exact', 'case');
select pg_logical_emit_message(true, 'Exact', repeat('x', 3000));
begin; insert into t values (1); select pg_logical_emit_message(true, 'app.b', '\x0001ff'::bytea); select pg_logical_emit_message(false, 'app.c', 'at once'); commit;
begin; savepoint s; select pg_logical_emit_message(true, 'app.lost', 'lost'); rollback to s; select pg_logical_emit_message(true, 'app.kept', 'kept'); commit;
-- a clean stop after a transaction of messages alone makes the connector send it again
insert into t values (0);
-- @stop
select pg_logical_emit_message(true, 'app.down', 'while down');
-- @start
select pg_logical_emit_message(false, 'app.up', 'running again');
insert into t values (2);
