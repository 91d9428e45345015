insert into prices values (2, 12345678901234567890.123, null, -0.01, '{}', -1);
update prices set k = 100 where k = 2;
update prices set n3 = 0.001, n = 100 where k = 1.5;
delete from prices;
