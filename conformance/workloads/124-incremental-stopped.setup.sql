create table debezium_signal (id varchar(64) primary key, type varchar(32) not null, data varchar(2048));
create table rows (id int primary key, v text);
create table more (id int primary key, v text);
insert into rows select g, 'r' from generate_series(1, 7) g;
insert into more select g, 'm' from generate_series(1, 3) g;
