create table accounts (id int primary key, owner text, cents bigint not null default 0);
create table entries (id bigserial primary key, account int references accounts on delete cascade, cents bigint);
insert into accounts values (1, 'ann', 100), (2, 'bob', 200);
