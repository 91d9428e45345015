insert into a values (2,'b','s',2); update a set secret = 't'; update a set v = 'z' where id = 1; delete from a where id = 2;
insert into b values (3,'in'),(4,'out'); update b set kind = 'out' where id = 1; update b set kind = 'in' where id = 2; update b set v = 'q' where id = 4; delete from b;
insert into p values (2,'x'),(12,'y'); update p set id = 13 where id = 2; delete from p where id = 12; truncate p;
insert into c values (2,'c');
-- @sync
alter publication given_columns add table c (id);
-- @sync
insert into c values (3,'c'); delete from c where id = 1;
-- @sync
alter publication given_columns set (publish = 'insert, truncate');
-- @sync
insert into c values (4,'c'); delete from c where id = 3; truncate c, a;
-- @sync
alter publication given_columns drop table b;
-- @sync
insert into b values (9, 'in');
