create table ob1 (id uuid primary key, aggregatetype text, aggregateid text, type text, payload jsonb, n numeric(6,2) default 1.5, ts timestamp, b bool, arr int[], js jsonb);
create table ob2 (id bigint primary key, aggregatetype varchar(20), aggregateid int, type text, payload bytea, n numeric, ts timestamptz, b bytea, arr text[], js json);
create table ob3 (id int primary key, aggregatetype text, aggregateid bigint not null, type text, payload int, n int, ts date, b text, arr uuid[], js xml);
create table plain (id int primary key);
