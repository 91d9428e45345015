create schema "sales dept";
create table "sales dept"."order lines" ("Order" int, "line no" int, "hidden col" text, "price €" numeric(6,2), primary key ("Order", "line no"));
create table "Mixed_Case" ("Id" int primary key, "Secret Word" text, "a-b" int, "a~c" int);
create table "dotted.name" ("1st" int primary key, "user" text);
create table unseen (id int primary key);
insert into "sales dept"."order lines" values (1, 1, 'h', 1.5);
insert into "Mixed_Case" values (1, 'secret', 1, 2);
insert into "dotted.name" values (1, 'u');
