#!/bin/sh
# One transaction a second: insert, update, now and then a delete, as a named user.
set -u
n=0
while :; do
  n=$((n + 1))
  psql -XqAt -v ON_ERROR_STOP=1 -v n="$n" "$SOURCE_URL" >/dev/null <<'SQL' || echo "the source did not answer; trying again"
BEGIN;
SELECT cdc_set_context(jsonb_build_object('user', 'workload', 'request_id', 'request ' || :'n'));
INSERT INTO people (name, email, role_id, tags)
VALUES ('person ' || :'n', 'p' || :'n' || '@example.org', 1 + :n % 3, ARRAY['new']);
UPDATE people SET balance = balance + 10, changed_at = now() WHERE id = 1 + :n / 2;
DELETE FROM people WHERE :n % 10 = 0 AND id = :n / 2;
COMMIT;
SQL
  sleep 1
done
