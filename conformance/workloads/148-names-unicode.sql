insert into "Ünï.Cødé"."täble name" values (1,'a','b',null,1,2,'本','q','b');
update "Ünï.Cødé"."täble name" set "ïd" = 2;
delete from "Ünï.Cødé"."täble name";
insert into "1st"."2nd" values (1,'x'); update "1st"."2nd" set "3rd" = 5; delete from "1st"."2nd";
insert into "a-b" values (1,'x','y'); update "a-b" set id = 2;
insert into "abcdefghijklmnopqrstuvwxyz_abcdefghijklmnopqrstuvwxyz_123456789" values (1, 'x');
insert into "😀" values (1,'x'); update "😀" set "😀" = 2;
insert into "select" values (1); insert into "select" values (2, 'b c', '{ä,""}'); insert into "select" values (3, null, null); delete from "select" where "from" = 1;
