insert into ev values (5,'2020-05-05','a'),(6,'2021-05-05','b'),(7,'2023-01-01','x'),(8,'2024-01-01','y');
update ev set at = '2021-06-06' where id = 5;
update ev set v = 'zz' where id = 6;
update ev set id = 66 where id = 6;
delete from ev where id = 7;
insert into hp values (3,'c'),(4,'d');
truncate ev_1;
truncate ev;
truncate hp, ev_d;
begin; truncate hp0 restart identity; insert into hp values (5,'e'); truncate hp1 cascade; commit;
-- @sync
alter table ev detach partition ev_2;
-- @sync
insert into ev_2 values ('solo','2021-02-02',9); truncate ev; truncate ev_2;
insert into ev values (10,'2021-02-02','d');
-- @sync
create table ev_3 partition of ev for values from ('2025-01-01') to ('2026-01-01');
insert into ev values (11,'2025-02-02','n');
drop table ev_1;
insert into ev values (12,'2020-02-02','x');
