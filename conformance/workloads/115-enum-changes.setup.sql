create type state as enum ('new', 'old');
create table jobs (id int primary key, s state default 'new');
insert into jobs values (1, 'old');
