insert into jobs values (2);
-- @sync
create type level as enum ('low', 'high');
alter table jobs add l level default 'low', add ls level[];
-- @sync
insert into jobs values (3, 'new', 'high', '{low,high}');
-- @sync
alter type state add value 'older' after 'old';
-- @sync
insert into jobs values (4, 'older', null, null);
-- @stop
alter type level rename to grade;
-- @start
insert into jobs values (5, 'older', 'low', '{high}');
delete from jobs where id = 1;
