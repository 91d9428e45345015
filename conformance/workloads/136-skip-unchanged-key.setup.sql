create extension hstore;
create table f (id int primary key, v text, big text, arr text[], h hstore, hidden int);
alter table f replica identity full; alter table f alter big set storage external, alter arr set storage external;
create table d (id int primary key, v text, big text); alter table d alter big set storage external;
create table n (id int primary key, v text); 
