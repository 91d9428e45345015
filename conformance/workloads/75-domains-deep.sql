insert into deep select id + 10, i, i2, n, ns, ns2, vc, t, ts, by, j, b, iv, u, ip, ai, avc, c, o, oa from deep;
insert into deep (id, i2) values (20, 5);
update deep set n = null, ns = '{null,1}' where id = 1;
delete from deep where id = 1;
