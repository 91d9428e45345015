create schema ops;
create table ops.signals (id varchar(64) primary key, type varchar(32) not null, data varchar(2048));
create table rows (id int primary key, secret text, v text, big text);
alter table rows alter big set storage external;
insert into rows select g, 's', 'v' || g, repeat('x', 3000) from generate_series(1, 8) g;
