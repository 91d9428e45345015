begin;
insert into customers values (2, 'Bob', 'bob@example.com');
insert into orders values (10, 2, 99.90, '2024-02-29 12:00:00+00');
insert into sessions values (1, 'not captured');
commit;
update orders set total = 89.90 where id = 10;
delete from orders where id = 10;
