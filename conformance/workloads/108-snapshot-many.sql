insert into parent values (3, 'parent');
insert into child values (4, 'child', 6);
update parent set v = 'both';
delete from only parent where id = 1;
update parted set v = 'q' where id = 1;
update parted set id = 6 where id = 1;
truncate parent;
truncate parted;
