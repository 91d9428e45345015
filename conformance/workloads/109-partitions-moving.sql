insert into logs values (3, '2024-01-06', 'c'), (4, '2024-03-01', 'd');
-- @sync
create table logs_04 partition of logs for values from ('2024-04-01') to ('2024-05-01');
insert into logs values (5, '2024-04-02');
-- @sync
create table logs_05 (day date not null, v text, id int not null, note text, primary key (id, day));
alter table logs_05 drop note;
insert into logs_05 values ('2024-05-02', 'alone', 6);
alter table logs attach partition logs_05 for values from ('2024-05-01') to ('2024-06-01');
insert into logs values (7, '2024-05-03', 'attached');
update logs set v = 'attached too' where id = 6;
-- @sync
alter table logs detach partition logs_01;
insert into logs_01 values (8, '2024-01-09', 'detached');
update logs set day = '2024-05-09' where id = 4;
delete from logs where day > '2024-05-02' and id < 7;
-- @stop
insert into logs values (9, '2024-05-04', 'down');
drop table logs_04;
truncate logs_rest;
-- @start
insert into logs values (10, '2024-04-04', 'to the rest');
