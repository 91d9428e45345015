create table outboxevent (id uuid primary key default gen_random_uuid(), aggregatetype text, aggregateid text, type text, payload json);
