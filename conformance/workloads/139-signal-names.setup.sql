create table public.debezium_signal (id varchar(64) primary key, type varchar(32) not null, data text);
create table "K Odd" ("Id" int primary key, v text); insert into "K Odd" select g, g from generate_series(1, 3) g;
create table k_comp (a int, b text, c date, v int, primary key (a, b, c)); insert into k_comp select g % 3, 'b' || g, date '2020-01-01' + g, g from generate_series(1, 7) g;
create table k_uuid (k uuid primary key, v text); insert into k_uuid select ('00000000-0000-0000-0000-0000000000' || lpad(g::text, 2, '0'))::uuid, g from generate_series(1, 4) g;
