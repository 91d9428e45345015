insert into t values (2, 'streamed');
-- @stop
insert into t values (3, 'while down');
-- @start
insert into t values (4, 'streamed');
delete from t where id = 1;
