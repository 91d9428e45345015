insert into current values (2, 'current');
insert into next values ('next', 1, 5);
-- @sync
begin;
alter table current rename to previous;
alter table next rename to current;
commit;
-- @sync
insert into current values ('swapped', 3, 6);
-- @sync
alter table previous set schema archive;
-- @sync
insert into archive.previous values (4, 'archived');
begin;
insert into current values ('both', 4, 7);
delete from archive.previous where id < 3;
commit;
