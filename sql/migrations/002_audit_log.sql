-- The trail itself. No index serves a single question only: each one costs every change that is written.

CREATE TABLE :"schema".audit_log (
  id                bigint GENERATED ALWAYS AS IDENTITY (CACHE 1000),
  source_id         integer NOT NULL,
  source_schema     text NOT NULL,
  source_table      text NOT NULL,
  operation_type    text NOT NULL CHECK (operation_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'SNAPSHOT')),
  change_timestamp  timestamptz NOT NULL,
  transaction_id    bigint,
  commit_lsn        pg_lsn NOT NULL,
  lsn               pg_lsn NOT NULL,
  ordinal           bigint NOT NULL,
  row_key           jsonb,
  old_data          jsonb,
  new_data          jsonb,
  changed_columns   text[],
  change_user       text,
  context           jsonb,
  source_metadata   jsonb,
  recorded_at       timestamptz NOT NULL DEFAULT now()
) PARTITION BY RANGE (change_timestamp);
COMMENT ON TABLE :"schema".audit_log IS 'Every committed change of the captured tables, once; append-only';

-- A change is stored once: the offset sees to it, this index proves it. It also finds a transaction and sorts the trail.
CREATE UNIQUE INDEX audit_log_position ON :"schema".audit_log (source_id, commit_lsn, ordinal, change_timestamp);
-- One row's history. A hash index on the key itself slows down without bound when one row changes very often.
CREATE INDEX audit_log_row_key ON :"schema".audit_log (jsonb_hash_extended(row_key, 0)) WHERE row_key IS NOT NULL;
-- Rows arrive nearly in the order of both, so a few bytes a megabyte are enough.
CREATE INDEX audit_log_brin ON :"schema".audit_log USING brin (change_timestamp, transaction_id)
  WITH (pages_per_range = 32, autosummarize = on);

CREATE TABLE :"schema".audit_log_default PARTITION OF :"schema".audit_log DEFAULT;
COMMENT ON TABLE :"schema".audit_log_default IS 'Takes what no other partition covers, so that nothing is ever refused';

CREATE FUNCTION :"schema".refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'the audit trail is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege',
      HINT = 'To remove old rows, detach and drop a partition.';
END
$$;

-- Rights keep the writer role from it; the triggers keep the owner from doing it by accident. They do not see INSERT.
CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON :"schema".audit_log
  FOR EACH ROW EXECUTE FUNCTION :"schema".refuse_change();
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON :"schema".audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION :"schema".refuse_change();
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON :"schema".audit_log_default
  FOR EACH STATEMENT EXECUTE FUNCTION :"schema".refuse_change();
