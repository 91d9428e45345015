insert into f values (1,'a',repeat('x',9000),array_fill('yy'::text, array[3000]),'a=>1',1); insert into d values (1,'a',repeat('x',9000));
update f set hidden = 2; update f set v = 'a'; update f set v = 'b'; update f set big = big || ''; update f set big = repeat('z', 9000); update f set arr[1] = 'q'; update f set h = 'a=>1'; update f set id = 2; update f set id = 2, hidden = 9;
update d set v = 'a'; update d set v = v; update d set big = repeat('x',9000); update d set id = 5; update d set v = null;
insert into n values (1,'x'); update n set v = 'x';
begin; update f set hidden = 7; commit;
delete from f; delete from d;
