create table plain (id int primary key, op text, source text, before text, after text, ts_ms bigint, transaction text, payload text, schema text);
create table envelope (payload int, schema int, before text, after text, op char default 'x', source text, primary key (schema, payload));
insert into plain values (1, 'o', 's', 'b', 'a', 5, 't', 'p', 's');
insert into envelope values (1, 2, 'b', 'a', 'o', 's');
