insert into lsn_key values ('0/2', 'b'); update lsn_key set v = 'c'; update lsn_key set l = '0/5' where l = '0/1'; delete from lsn_key;
insert into xid_unique values ('2', 'b');
insert into pair_key values ('(2,x)', 'b'); update pair_key set p = '(3,y)' where v = 'b'; delete from pair_key;
insert into part_key values (2, '0/2', 'b'); update part_key set l = '0/7'; update part_key set id = id + 10; delete from part_key;
insert into chosen values (2, '(2,2),(0,0)', 'b'); update chosen set id = 3 where id = 2; delete from chosen;
