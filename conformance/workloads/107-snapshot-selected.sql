insert into z_one values (5, 'no', 'w', 'x');
insert into a_one values (2, 'v');
insert into other.u values (2);
delete from z_two;
