update ri set v = 'default' where id = 1;
delete from ri where id = 1;
-- @sync
alter table ri replica identity full;
update ri set v = 'full' where id = 2;
update ri set id = 20 where id = 2;
delete from ri where id = 20;
-- @sync
alter table ri replica identity using index ri_code;
update ri set v = 'index' where id = 3;
update ri set code = 'changed' where id = 3;
delete from ri where id = 3;
-- @stop
alter table ri replica identity full;
update ri set v = 'down, full' where id = 4;
alter table ri replica identity default;
update ri set v = 'down, default' where id = 5;
delete from ri where id = 5;
-- @start
update ri set id = 60 where id = 6;
-- @sync
alter table ri replica identity nothing;
insert into ri values (70, 'c70');
-- @sync
alter table ri replica identity full, drop constraint ri_pkey;
delete from ri where id = 7;
