create table debezium_signal (id varchar(64) primary key, type varchar(32) not null, data varchar(2048));
create table rows (id int primary key, v text, n numeric(5,1) default 1.5);
insert into rows select g, 'r' from generate_series(1, 4) g;
