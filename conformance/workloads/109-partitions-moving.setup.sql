create table logs (id int not null, day date not null, v text default 'dv', primary key (id, day)) partition by range (day);
create table logs_01 partition of logs for values from ('2024-01-01') to ('2024-02-01');
create table logs_rest partition of logs default;
insert into logs values (1, '2024-01-05', 'a'), (2, '2024-02-05', 'b');
