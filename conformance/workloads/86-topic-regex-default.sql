insert into eu.orders_1 values (2, 'eu'), (3, 'eu');
insert into us.orders_2 values (2, 'us', null);
insert into us.orders_x values (1, 'x');
update us.orders_2 set id = 20 where id = 2;
delete from eu.orders_1 where id = 3;
delete from us.customers;
