create table odd (id int primary key, n numeric, n2 numeric(6,2) default 1.5, d date default '2024-01-01', ts timestamp, tz timestamptz, na numeric(5,1)[], iv interval, r numrange);
