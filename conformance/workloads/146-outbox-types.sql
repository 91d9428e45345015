insert into ob1 values ('00000000-0000-0000-0000-000000000001','Order','o-1','Created','{"a": 1, "b": [1,2]}', 2, '2020-01-01 01:02:03', true, '{1,2}', '{"x":1}'), ('00000000-0000-0000-0000-000000000002','','o-1','Created','"str"', null, null, null, null, null), ('00000000-0000-0000-0000-000000000003','ord er/ü',null,null,null, 2, '2020-01-01', true, '{}', 'null');
insert into ob2 values (1,'T',5,'x','\x00ff',1.50,'2020-01-01 00:00+00','\x01','{a,NULL}','{ "q" : 1}'), (2,'T',null,'x',null,null,null,null,null,null);
insert into ob3 values (1,'T',5,'x',7,1,'2020-01-01','t','{00000000-0000-0000-0000-000000000002}','<a/>');
update ob1 set type = 'U'; delete from ob1;
insert into plain values (1); delete from plain;
select pg_logical_emit_message(true, 'p', 'm');
