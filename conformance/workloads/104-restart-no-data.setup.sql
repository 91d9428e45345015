create table ri (id int primary key, code text not null, n int not null default 3, v text);
create unique index ri_code on ri (code);
insert into ri select g, 'c' || g, g, 'v' from generate_series(1, 9) g;
