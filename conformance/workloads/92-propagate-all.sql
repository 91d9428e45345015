insert into typed (vc) values ('x');
-- @sync
comment on column typed.vc is 'another seven';
comment on table typed is null;
insert into typed (vc) values ('y');
-- @sync
alter table typed alter vc type varchar(12), alter n2 type numeric(12,6);
-- @sync
insert into typed (vc, n2) values ('z', 1.5);
-- @stop
-- @start
update typed set vc = 'restarted' where id = 1;
delete from typed where id = 2;
