update big_full set n = 1;
update big_full set n = 1;
update big_full set t = t;
update big_full set t = large(5);
update big_full set id = 2;
delete from big_full;
update big_default set n = 1;
update big_default set id = 2;
update big_default set t = null, a = '{}';
delete from big_default;
update big_index set n = 1;
update big_index set code = 6;
update big_index set id = 2;
delete from big_index;
-- @sync
alter table big_nothing replica identity full;
update big_nothing set n = 1;
-- @sync
alter table big_nothing replica identity default;
update big_nothing set n = 2;
delete from big_nothing;
