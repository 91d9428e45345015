create table r (id int primary key, n int, t varchar(10), d date, j json);
insert into r values (1, 1, 'one', '2024-01-01', '{"a": 1}'), (2, 2, 'two', '2024-01-02', '[]');
