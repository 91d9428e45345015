insert into things (id, name, price) values (2, null, null);
update things set qty = 5 where id = 2;
update things set id = 3 where id = 2;
delete from things;
insert into nokey values (2, null);
-- @sync
alter table nokey replica identity full;
delete from nokey;
-- @sync
alter table things add colour text default 'grey';
-- @sync
insert into things (id) values (4);
truncate things;
select pg_logical_emit_message(true, 'p', 'message');
