create table debezium_signal (id varchar(64) primary key, type varchar(32) not null, data varchar(2048));
create table a (id int primary key, v text);
create table b (id int primary key, v text);
insert into a select g, 'a' from generate_series(1, 3) g;
insert into b values (1, 'b');
