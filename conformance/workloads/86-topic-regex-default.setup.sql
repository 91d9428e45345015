create schema eu;
create schema us;
create table eu.orders_1 (id int primary key, v text);
create table us.orders_2 (id int primary key, v text, extra int);
create table us.customers (id int primary key, v text);
create table us.orders_x (id int primary key, v text);
insert into eu.orders_1 values (1, 'eu');
insert into us.orders_2 values (1, 'us', 5);
insert into us.customers values (1, 'c');
