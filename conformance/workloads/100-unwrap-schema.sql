insert into shifting values (2, 'a', 's', 2);
-- @sync
alter table shifting alter b type text, add c date default '2024-01-01';
-- @sync
insert into shifting values (3, 'a', 's', 'three');
update shifting set c = null where id = 2;
-- @sync
alter table shifting rename id to key;
-- @sync
delete from shifting where key = 1;
