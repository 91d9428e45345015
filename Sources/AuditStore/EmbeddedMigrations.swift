// Made by scripts/embed-sql from sql/migrations: change the files there and run it again.

/// The migrations of the audit schema, as the files of `sql/migrations` have them.
enum EmbeddedMigrations {
  /// All of them, in order.
  static let all: [Migration] = [
    Migration(
      version: 1, name: "positions",
      checksum: "a818b00c5afccc428cc633d4e189adc8a21c9ea83bc9792f3b36e3f0e2e83c12",
      sql: ##"""
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

        """##),
    Migration(
      version: 2, name: "audit_log",
      checksum: "6f5edf7b53a1f2f568ec1e8a012790bcd6e20dc3352156227cb7ec97c492b2f6",
      sql: ##"""
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

        """##),
    Migration(
      version: 3, name: "functions",
      checksum: "262868450dd34b024b7b768d2e4a3600672a49d35af0a56efae8982e9873f5ea",
      sql: ##"""
        -- What the writer role may do only by these functions, which run as the schema's owner.

        CREATE FUNCTION :"schema".ensure_partitions(unit text, ahead integer) RETURNS integer
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, :"schema", pg_temp SET timezone = 'UTC' AS $$
        DECLARE
          home text := (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'audit_log'::regclass);
          step interval;
          lower_bound timestamptz;
          partition text;
          made integer := 0;
        BEGIN
          IF unit NOT IN ('day', 'week', 'month', 'year') OR ahead NOT BETWEEN 0 AND 1000 THEN
            RAISE EXCEPTION 'partitions are made by day, week, month or year, 0 to 1000 ahead, not % by %', ahead, unit
              USING ERRCODE = 'invalid_parameter_value';
          END IF;
          step := ('1 ' || unit)::interval;
          -- Several instances may ask at once; the lock goes with the transaction.
          PERFORM pg_advisory_xact_lock(hashtextextended(home || '.audit_log partitions', 0));
          FOR place IN 0..ahead LOOP
            lower_bound := date_trunc(unit, now()) + step * place;
            partition := 'audit_log_p' || to_char(lower_bound, 'YYYYMMDD');
            CONTINUE WHEN to_regclass(format('%s.%I', home, partition)) IS NOT NULL;
            BEGIN
              EXECUTE format('CREATE TABLE %s.%I PARTITION OF %s.audit_log FOR VALUES FROM (%L) TO (%L)',
                home, partition, home, lower_bound, lower_bound + step);
              EXECUTE format('CREATE TRIGGER append_only_table BEFORE TRUNCATE ON %s.%I '
                'FOR EACH STATEMENT EXECUTE FUNCTION %s.refuse_change()', home, partition, home);
              made := made + 1;
            EXCEPTION
              -- The default partition holds rows of that range already, or a partition by another unit covers it.
              WHEN check_violation OR invalid_object_definition THEN NULL;
            END;
          END LOOP;
          RETURN made;
        END
        $$;
        COMMENT ON FUNCTION :"schema".ensure_partitions(text, integer) IS
          'Makes the partitions of audit_log for the current day, week, month or year and so many ahead; returns how many were made';

        CREATE FUNCTION :"schema".retry_error(error_id bigint, replace_nul boolean DEFAULT false) RETURNS text
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, :"schema", pg_temp AS $$
        DECLARE
          failed processing_error;
          body json;
          metadata jsonb;
          state text;
          message text;
        BEGIN
          SELECT * INTO failed FROM processing_error WHERE id = error_id AND status = 'open' FOR UPDATE;
          IF NOT FOUND THEN RETURN NULL; END IF;
          BEGIN
            IF replace_nul THEN
              failed.payload := regexp_replace(failed.payload, '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufffd', 'g');
            END IF;
            body := failed.payload::json;
            -- As text, a member that is null is NULL.
            metadata := coalesce((body ->> 'source_metadata')::jsonb, '{}') || jsonb_build_object('retried_error', failed.id);
            IF replace_nul THEN metadata := metadata || '{"replaced_nul": true}'; END IF;
            INSERT INTO audit_log (source_id, source_schema, source_table, operation_type, change_timestamp, transaction_id,
              commit_lsn, lsn, ordinal, row_key, old_data, new_data, changed_columns, change_user, context, source_metadata)
            VALUES (failed.source_id, failed.source_schema, failed.source_table, failed.operation_type,
              failed.change_timestamp, failed.transaction_id, failed.commit_lsn, failed.lsn, failed.ordinal,
              (body ->> 'row_key')::jsonb, (body ->> 'old_data')::jsonb, (body ->> 'new_data')::jsonb,
              CASE WHEN json_typeof(body -> 'changed_columns') = 'array'
                THEN ARRAY(SELECT json_array_elements_text(body -> 'changed_columns')) END,
              body ->> 'change_user', (body ->> 'context')::jsonb, metadata);
            UPDATE processing_error SET status = 'retried', attempts = attempts + 1, last_attempt_at = clock_timestamp(),
              resolved_at = clock_timestamp(), resolved_by = session_user WHERE id = error_id;
            RETURN 'retried';
          EXCEPTION WHEN data_exception OR program_limit_exceeded OR integrity_constraint_violation OR internal_error THEN
            GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
            UPDATE processing_error SET attempts = attempts + 1, last_attempt_at = clock_timestamp(), code = state,
              reason = regexp_replace(message, '"[^"]*"', '"…"', 'g') WHERE id = error_id;
            RETURN 'open';
          END;
        END
        $$;
        COMMENT ON FUNCTION :"schema".retry_error(bigint, boolean) IS
          'Tries to store a set-aside change; returns its status after that, or null when there is no such open error';

        CREATE FUNCTION :"schema".resolve_error(error_id bigint, resolution text) RETURNS boolean
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, :"schema", pg_temp AS $$
        BEGIN
          UPDATE processing_error SET status = 'resolved', note = resolution, resolved_at = clock_timestamp(),
            resolved_by = session_user WHERE id = error_id AND status = 'open';
          RETURN FOUND;
        END
        $$;
        COMMENT ON FUNCTION :"schema".resolve_error(bigint, text) IS
          'Closes a set-aside change with a note, without storing it; false when there is no such open error';

        CREATE FUNCTION :"schema".row_history(table_schema text, table_name text, key jsonb) RETURNS SETOF :"schema".audit_log
        LANGUAGE sql STABLE SET search_path = pg_catalog, :"schema", pg_temp AS $$
          SELECT * FROM audit_log
          WHERE jsonb_hash_extended(row_key, 0) = jsonb_hash_extended(key, 0) AND row_key = key
            AND source_schema = table_schema AND source_table = table_name
          ORDER BY source_id, commit_lsn, ordinal
        $$;
        COMMENT ON FUNCTION :"schema".row_history(text, text, jsonb) IS 'One row''s changes, oldest first, found by the index on its key';

        REVOKE ALL ON FUNCTION :"schema".ensure_partitions(text, integer), :"schema".retry_error(bigint, boolean),
          :"schema".resolve_error(bigint, text) FROM PUBLIC;

        """##),
    Migration(
      version: 4, name: "publishing",
      checksum: "e757a4075f7a8a55b4a28b7dcb2fab9c59723ecdbab8dcee27abcb6f2235b0b4",
      sql: ##"""
        -- Records that a publisher could not send are set aside beside changes that the trail could not store.

        ALTER TABLE :"schema".processing_error
          ADD COLUMN sink text NOT NULL DEFAULT 'audit',
          ADD COLUMN part integer NOT NULL DEFAULT 0;
        -- The name is the one that PostgreSQL made of the columns' names.
        ALTER TABLE :"schema".processing_error
          DROP CONSTRAINT processing_error_source_id_commit_lsn_ordinal_change_timest_key,
          ADD CONSTRAINT processing_error_place UNIQUE (source_id, sink, commit_lsn, ordinal, part, change_timestamp);
        COMMENT ON COLUMN :"schema".processing_error.sink IS 'Who could not store it: audit, or kafka';
        COMMENT ON COLUMN :"schema".processing_error.part IS 'Which of the records that follow from the change, from 0';
        COMMENT ON COLUMN :"schema".processing_error.payload IS
          'For audit the change as a JSON text, which need not be valid jsonb; for kafka the record, its bytes in base64';

        -- As before, for the trail's own alone.
        CREATE OR REPLACE FUNCTION :"schema".retry_error(error_id bigint, replace_nul boolean DEFAULT false) RETURNS text
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, :"schema", pg_temp AS $$
        DECLARE
          failed processing_error;
          body json;
          metadata jsonb;
          state text;
          message text;
        BEGIN
          SELECT * INTO failed FROM processing_error WHERE id = error_id AND status = 'open' AND sink = 'audit' FOR UPDATE;
          IF NOT FOUND THEN RETURN NULL; END IF;
          BEGIN
            IF replace_nul THEN
              failed.payload := regexp_replace(failed.payload, '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufffd', 'g');
            END IF;
            body := failed.payload::json;
            -- As text, a member that is null is NULL.
            metadata := coalesce((body ->> 'source_metadata')::jsonb, '{}') || jsonb_build_object('retried_error', failed.id);
            IF replace_nul THEN metadata := metadata || '{"replaced_nul": true}'; END IF;
            INSERT INTO audit_log (source_id, source_schema, source_table, operation_type, change_timestamp, transaction_id,
              commit_lsn, lsn, ordinal, row_key, old_data, new_data, changed_columns, change_user, context, source_metadata)
            VALUES (failed.source_id, failed.source_schema, failed.source_table, failed.operation_type,
              failed.change_timestamp, failed.transaction_id, failed.commit_lsn, failed.lsn, failed.ordinal,
              (body ->> 'row_key')::jsonb, (body ->> 'old_data')::jsonb, (body ->> 'new_data')::jsonb,
              CASE WHEN json_typeof(body -> 'changed_columns') = 'array'
                THEN ARRAY(SELECT json_array_elements_text(body -> 'changed_columns')) END,
              body ->> 'change_user', (body ->> 'context')::jsonb, metadata);
            UPDATE processing_error SET status = 'retried', attempts = attempts + 1, last_attempt_at = clock_timestamp(),
              resolved_at = clock_timestamp(), resolved_by = session_user WHERE id = error_id;
            RETURN 'retried';
          EXCEPTION WHEN data_exception OR program_limit_exceeded OR integrity_constraint_violation OR internal_error THEN
            GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
            UPDATE processing_error SET attempts = attempts + 1, last_attempt_at = clock_timestamp(), code = state,
              reason = regexp_replace(message, '"[^"]*"', '"…"', 'g') WHERE id = error_id;
            RETURN 'open';
          END;
        END
        $$;

        CREATE FUNCTION :"schema".note_replay(error_id bigint, failure text DEFAULT NULL) RETURNS boolean
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, :"schema", pg_temp AS $$
        BEGIN
          IF failure IS NULL THEN
            UPDATE processing_error SET status = 'retried', attempts = attempts + 1, last_attempt_at = clock_timestamp(),
              resolved_at = clock_timestamp(), resolved_by = session_user
            WHERE id = error_id AND status = 'open' AND sink <> 'audit';
          ELSE
            UPDATE processing_error SET attempts = attempts + 1, last_attempt_at = clock_timestamp(), reason = failure
            WHERE id = error_id AND status = 'open' AND sink <> 'audit';
          END IF;
          RETURN FOUND;
        END
        $$;
        COMMENT ON FUNCTION :"schema".note_replay(bigint, text) IS
          'Notes that a record was sent again, or why it could not be; false when there is no such open record';
        REVOKE ALL ON FUNCTION :"schema".note_replay(bigint, text) FROM PUBLIC;

        """##),
  ]
}
