create table customers (id int primary key, name text not null, email text);
create table orders (id int primary key, customer int references customers, total numeric(10, 2), placed timestamptz not null);
create table sessions (id int primary key, token text);
insert into customers values (1, 'Ann', 'ann@example.com');
