create table outbox (id uuid primary key, aggregatetype text, aggregateid text, type text, payload bytea);
create table plain (id int primary key, v text);
