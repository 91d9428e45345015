insert into plain (id, op) values (2, 'c');
update plain set op = 'd' where id = 1;
delete from plain where id = 2;
insert into envelope values (3, 4, null, null, null, null);
update envelope set payload = 5 where payload = 1;
delete from envelope;
