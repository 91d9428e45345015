insert into t values (1);
-- @sleep 0.6
insert into t values (2);
-- @stop
insert into t values (3);
-- @start
delete from t;
