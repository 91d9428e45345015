create table prices (k numeric(8,2) primary key, n numeric, n3 numeric(12,3) default 0.5, m money, a numeric(5,1)[], nn numeric(4,0) not null);
insert into prices values (1.5, 10, 2, 3, '{1,2.5}', 4);
