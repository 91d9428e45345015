insert into t values (2, 'running', 2);
-- @stop
insert into t values (3, 'before the change', 3);
alter table t add c text default 'dc', alter a drop not null;
insert into t values (4, null, 4, 'c');
alter table t rename b to bb;
insert into t values (5, 'renamed', 5, 'c');
alter table u rename to u2;
insert into u2 values (1, 'v');
create table fresh (id int primary key, v text);
insert into fresh values (1, 'made while down');
-- @start
insert into t values (6, 'running again', 6, null);
update t set bb = 7 where id = 4;
delete from t where id = 2;
-- @stop
drop table fresh;
-- @start
insert into u2 values (2, 'v');
