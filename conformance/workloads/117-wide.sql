insert into wide (c0, c1, c200) values (1, 'a', 5);
update wide set c1 = 'b', c399 = B'101';
insert into many_keys (v) values ('x');
update many_keys set v = 'y';
update many_keys set k31 = 99;
delete from many_keys;
delete from wide;
