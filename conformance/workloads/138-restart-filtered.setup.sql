create table shown (id int primary key, v text);
create table hidden (id int primary key);
