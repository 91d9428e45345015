create table shifting (id int primary key, a text, secret text, b int);
insert into shifting values (1, 'a', 's', 1);
