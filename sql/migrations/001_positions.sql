-- Where each source's trail stands, what was set aside, what was never read.
-- :"schema" is the audit schema's quoted name; psql -v schema=cdc runs this file as it is.

CREATE TABLE :"schema".schema_version (
  version     integer PRIMARY KEY,
  name        text NOT NULL,
  checksum    text NOT NULL,
  applied_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  applied_by  text NOT NULL DEFAULT session_user
);
COMMENT ON TABLE :"schema".schema_version IS 'Migrations that were applied, with the SHA-256 of their text';

CREATE TABLE :"schema".replication_offset (
  source_id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  system_identifier  numeric(20) NOT NULL,
  timeline           bigint,
  database_name      text NOT NULL,
  slot_name          text NOT NULL,
  sink               text NOT NULL,
  position           pg_lsn,
  epoch              bigint NOT NULL DEFAULT 0,
  holder             text,
  held_since         timestamptz,
  updated_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (system_identifier, database_name, slot_name, sink)
) WITH (fillfactor = 50);
COMMENT ON TABLE :"schema".replication_offset IS 'One row per source and sink: everything before position is in audit_log';
COMMENT ON COLUMN :"schema".replication_offset.position IS 'End LSN of the last stored transaction; null before the first';
COMMENT ON COLUMN :"schema".replication_offset.epoch IS 'Grows when an instance takes over; a writer with an older epoch can commit nothing';

CREATE TABLE :"schema".processing_error (
  id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source_id         integer NOT NULL,
  commit_lsn        pg_lsn NOT NULL,
  ordinal           bigint NOT NULL,
  lsn               pg_lsn NOT NULL,
  transaction_id    bigint,
  change_timestamp  timestamptz NOT NULL,
  source_schema     text NOT NULL,
  source_table      text NOT NULL,
  operation_type    text NOT NULL,
  payload           text NOT NULL,
  code              text NOT NULL,
  reason            text NOT NULL,
  status            text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'retried', 'resolved')),
  attempts          integer NOT NULL DEFAULT 0,
  note              text,
  created_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_attempt_at   timestamptz,
  resolved_at       timestamptz,
  resolved_by       text,
  UNIQUE (source_id, commit_lsn, ordinal, change_timestamp)
);
CREATE INDEX processing_error_open ON :"schema".processing_error (id) WHERE status = 'open';
COMMENT ON TABLE :"schema".processing_error IS 'Changes that audit_log could not store, whole, with the reason';
COMMENT ON COLUMN :"schema".processing_error.payload IS 'The change as a JSON text, which need not be valid jsonb';

CREATE TABLE :"schema".gap (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source_id    integer NOT NULL,
  from_lsn     pg_lsn NOT NULL,
  to_lsn       pg_lsn NOT NULL,
  reason       text NOT NULL,
  recorded_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE :"schema".gap IS 'Stretches of a source''s log that were never read';
