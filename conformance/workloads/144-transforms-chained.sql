insert into cust_1 (id, name) values (2,'nn'); insert into cust_2 values (3,'q',null,null,null,null,null,null,null,null,null);
update cust_1 set name = 'u' where id = 1; update cust_1 set id = 10 where id = 2; delete from cust_1 where id = 10;
insert into other values ('a','{"x":{"y":[1,2]}}','X'); update other set v = null; delete from other;
select pg_logical_emit_message(true, 'p', 'in'); select pg_logical_emit_message(false, 'p', 'out');
truncate cust_1, other;
