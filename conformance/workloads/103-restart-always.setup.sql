create table small (id int primary key, v text);
create table large (id int primary key, v text);
create table middle (id int primary key, v text);
insert into small values (1, 's');
insert into large select g, 'l' from generate_series(1, 5) g;
insert into middle select g, 'm' from generate_series(1, 3) g;
analyze;
