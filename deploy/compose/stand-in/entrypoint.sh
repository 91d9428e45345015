#!/bin/bash
# initdb and the scripts of /docker-entrypoint-initdb.d once, then the server, as the account postgres.
set -euo pipefail
export PGDATA=/var/lib/postgresql/data
if [ "$(id -u)" -eq 0 ]; then
  mkdir -p "$PGDATA" /var/run/postgresql
  chown postgres:postgres "$PGDATA" /var/run/postgresql
  exec setpriv --reuid=postgres --regid=postgres --init-groups -- bash "${BASH_SOURCE[0]}" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  chmod 700 "$PGDATA"
  initdb -U postgres -E UTF8 --locale=C.UTF-8 --auth-local=trust --auth-host=scram-sha-256 \
    --pwfile=<(printf '%s\n' "${POSTGRES_PASSWORD:?}")
  printf "listen_addresses = '*'\n" >>"$PGDATA/postgresql.conf"
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  # On the Unix socket alone, so that nobody connects before the scripts have run.
  pg_ctl -w start -o "-c listen_addresses=''"
  [ "${POSTGRES_DB:-postgres}" = postgres ] || createdb -U postgres "$POSTGRES_DB"
  for script in /docker-entrypoint-initdb.d/*.sh; do
    [ ! -e "$script" ] || bash "$script"
  done
  pg_ctl -w -m fast stop
fi
exec "$@"
