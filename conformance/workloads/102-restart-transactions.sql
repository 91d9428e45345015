begin; insert into t values (1, 'a'), (2, 'b'); commit;
-- @stop
begin; insert into t select g, 'down' from generate_series(10, 20) g; commit;
begin; insert into t values (30, 'rolled back'); rollback;
select pg_logical_emit_message(true, 'p', 'down');
select pg_logical_emit_message(false, 'p', 'down at once');
-- @start
-- something that nobody is told of, so that the next change does not begin where the message ended
select txid_current();
delete from t where id < 12;
-- @stop
-- @start
-- @stop
update t set v = 'third' where id = 20;
-- @start
select pg_logical_emit_message(false, 'p', 'first after the restart');
insert into t values (40, 'last');
