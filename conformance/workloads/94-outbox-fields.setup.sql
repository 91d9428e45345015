create table events (event_id bigint primary key, agg text not null, agg_id int, kind varchar(20), version int, part int, body text, happened timestamp(3) not null default '2024-01-01');
