create table base (id int, note text, v text);
create table derived_key (extra int, primary key (id)) inherits (base);
create table derived_full (more text) inherits (base);
alter table derived_full replica identity full;
insert into base values (1, 'n', 'base');
insert into derived_key values (2, 'n', 'derived', 5);
