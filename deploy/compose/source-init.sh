#!/bin/bash
# Runs once, in the source's new cluster: the application's tables and role, and the role that reads them.
set -eu
psql -X -v ON_ERROR_STOP=1 -U postgres -d shop <<'SQL'
CREATE ROLE app LOGIN PASSWORD 'demo-app';
CREATE TABLE roles (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE
);
CREATE TABLE people (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  email text,
  role_id integer REFERENCES roles,
  balance numeric(12, 2) NOT NULL DEFAULT 0,
  tags text[] NOT NULL DEFAULT '{}',
  changed_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT, UPDATE, DELETE ON roles, people TO app;
INSERT INTO roles (name) VALUES ('reader'), ('editor'), ('owner');
SQL
psql -X -v ON_ERROR_STOP=1 -U postgres -d shop -v role=cdc_reader -v schema=public -v publication=cdc_audit \
  -f /sql/grants/source_role.sql
psql -X -v ON_ERROR_STOP=1 -U postgres -d shop -v schema=public -f /sql/source/context.sql
psql -X -v ON_ERROR_STOP=1 -U postgres -d shop -c "ALTER ROLE cdc_reader PASSWORD 'demo-reader'"
