#!/bin/bash
# Runs once, in the audit database's new cluster: an owner for the schema, and a writer that may only append.
set -eu
psql -X -v ON_ERROR_STOP=1 -U postgres <<'SQL'
CREATE ROLE cdc_owner LOGIN PASSWORD 'demo-owner';
CREATE ROLE cdc_writer LOGIN PASSWORD 'demo-writer';
CREATE DATABASE audit OWNER cdc_owner;
SQL
