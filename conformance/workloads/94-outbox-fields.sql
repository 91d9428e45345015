insert into events values (1, 'orders-events', 10, 'created', 1, 0, 'plain text', '2024-01-02 03:04:05.678');
insert into events values (2, 'orders-events', 11, 'changed', 2, 3, '{"a": 1}', '2024-01-02 03:04:05.678901');
insert into events values (3, 'other', null, null, 1, 1, '', '2024-01-02 03:04:05.678901');
delete from events where event_id = 1;
