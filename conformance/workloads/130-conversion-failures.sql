insert into odd values (1, 'NaN', 'NaN', 'infinity', 'infinity', '-infinity', '{1,NaN}', '1 year', '(,)');
insert into odd values (2, 'Infinity', null, '9999-12-31', '9999-12-31', '0001-01-01 00:00:00+00', '{}', '-100000000 years', '[1,1]');
update odd set n = '-Infinity', d = '0044-01-01 BC' where id = 2;
delete from odd;
