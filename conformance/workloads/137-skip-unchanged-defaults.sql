insert into t values (1,5,'x','q','abcd',1.0,0,'{}');
update t set n = null; update t set n = 5; update t set s = null; update t set s = null; update t set m = 'other'; update t set m = null; update t set m = 'q';
update t set tr = 'abzz'; update t set tr = 'a'; update t set d = 1.00; update t set f = '-0'; update t set f = 0; update t set j = '{ }'; update t set tr = null; update t set tr = '';
insert into k values (1,5); update k set n = null; update k set n = n; update k set id = 2; update k set n = 5;
