insert into "sales dept"."order lines" values (1, 2, 'h', 2.5);
update "sales dept"."order lines" set "line no" = 3 where "line no" = 2;
delete from "sales dept"."order lines";
insert into "Mixed_Case" values (2, null, 3, 4);
update "Mixed_Case" set "Secret Word" = 'x';
insert into "dotted.name" values (2, 'v');
delete from "dotted.name";
insert into unseen values (1);
