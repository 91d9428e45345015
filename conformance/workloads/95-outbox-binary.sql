begin;
insert into plain values (1, 'beside');
insert into outbox values ('00000000-0000-0000-0000-000000000001', 'thing', 'a', 'Made', '\x00010203ff');
insert into outbox values ('00000000-0000-0000-0000-000000000002', 'thing', 'b', 'Gone', null);
insert into outbox values ('00000000-0000-0000-0000-000000000003', 'Other Thing', '', 'Made', '\x');
commit;
update outbox set type = 'x' where aggregateid = 'a';
delete from outbox;
delete from plain;
