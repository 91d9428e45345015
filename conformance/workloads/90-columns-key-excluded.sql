insert into whole values (2, 'w', 2);
update whole set v = 'changed' where id = 1;
update whole set id = 3 where id = 1;
delete from whole where id = 2;
insert into part values (2, 'c', 't', 'w');
update part set b = 'changed' where a = 1;
update part set a = 5 where a = 1;
delete from part;
update nokey set b = 'c';
-- @stop
insert into whole values (4, 'down', 4);
insert into nokey values (2, 'down');
-- @start
delete from whole;
truncate part, nokey;
