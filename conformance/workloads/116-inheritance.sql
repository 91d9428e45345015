insert into base values (3, 'n', 'base');
insert into derived_key values (4, 'n', 'derived', 6);
insert into derived_full values (5, 'n', 'derived', 'm');
update derived_key set v = 'updated';
update derived_full set note = 'other';
delete from derived_key;
delete from derived_full;
