insert into comp values (2,'y','2021-01-02',1),(3,'z',default,1);
update comp set b = 'yy' where a = 2;
update comp set c = '1999-01-01', v = 7 where a = 2;
update comp set v = 8;
delete from comp where a = 3;
insert into uq_null values (null, 3, 'c'), (5, 4, 'd');
insert into uq_two values (1,2,'a'); insert into part_ix values (1,1,'a'),(1,0,'b'); insert into incl values (1,2,'x'); insert into pk_incl values (1,2,'x'); insert into expr_ix values (1,'Q'); insert into mix_ix values (1,'Q');
update pk_incl set b = 5; update pk_incl set a = 9; delete from pk_incl;
insert into ri_index values (1,'c',2,'v'); update ri_index set v = 'w'; update ri_index set part = 3; update ri_index set id = 8; update ri_index set code = 'd', id = 9; delete from ri_index;
insert into ri_full values (1,'a',null),(2,'b',9); update ri_full set id = id + 10; update ri_full set v = v; update ri_full set d = null, id = 99 where id = 11; delete from ri_full;
insert into ri_nothing values (1,'a',null); 
insert into ri_full_nokey values (1,'a'),(1,'a'),(null,null); update ri_full_nokey set a = 2 where a = 1; delete from ri_full_nokey;
insert into deferred values (1,1,1); insert into deferred_u values (1,1); 
insert into excl values (1,'[1,2)'); insert into nnd values (1,1); insert into two_uq values (5,6,7); insert into serialu (v) values ('s');
-- @sync
alter table ri_nothing replica identity nothing;
alter table two_uq replica identity using index two_uq_b_key;
alter table uq_two replica identity using index uq_two_a;
alter table comp replica identity full;
-- @sync
insert into ri_nothing values (2, 'b', 1);
insert into two_uq values (8,9,10); update two_uq set b = 11 where b = 10; update two_uq set a = 12 where b = 11; delete from two_uq where b = 11;
insert into uq_two values (7,8,'q'); update uq_two set a = 70 where a = 7; update uq_two set b = 80 where a = 70; delete from uq_two where a = 70;
update comp set a = 50 where a = 2; delete from comp;
