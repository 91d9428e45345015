insert into people (id, long, ci, e) values (2, '日本語テキスト', '😀😀😀😀😀😀', '');
update people set wide = '', v2 = 'ünï', vc40 = repeat('x', 40) where id = 1;
delete from people where id = 1;
insert into keyed values ('other', 'v');
update keyed set k = 'changed' where k = 'key';
delete from keyed;
