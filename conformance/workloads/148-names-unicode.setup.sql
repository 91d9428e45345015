create schema "Ünï.Cødé";
create schema "1st";
create table "Ünï.Cødé"."täble name" ("ïd" int primary key, "a b" text, "c.d" text, "1x" int default 3, "_" int, "$y" int, "日本" text, "q""uote" text, "b\s" text);
create table "1st"."2nd" ("3rd" int primary key, "é" text);
create table public."a-b" (id int primary key, "A" text, "A-" text);
create table public."abcdefghijklmnopqrstuvwxyz_abcdefghijklmnopqrstuvwxyz_123456789" (id int primary key, "abcdefghijklmnopqrstuvwxyz_abcdefghijklmnopqrstuvwxyz_123456789" text);
create table public."😀" ("😀" int primary key, v "char");
create type public."En um" as enum ('ä', 'b c', '');
create table public."select" ("from" int primary key, "where" public."En um" default 'ä', "group" public."En um"[]);
