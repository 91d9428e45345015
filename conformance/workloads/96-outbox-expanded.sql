insert into outboxevent values ('00000000-0000-0000-0000-000000000001', 'a', '1', 't', '{"i": 1, "l": 12345678901, "d": 1.5, "s": "x", "b": true, "n": null}');
insert into outboxevent values ('00000000-0000-0000-0000-000000000002', 'a', '2', 't', '{"o": {"p": {"q": 1}}, "a": [1, 2], "as": ["x"], "ao": [{"k": 1}, {"k": 2}], "e": []}');
insert into outboxevent values ('00000000-0000-0000-0000-000000000003', 'a', '3', 't', '{}');
insert into outboxevent values ('00000000-0000-0000-0000-000000000006', 'a', '6', 't', '"text"');
