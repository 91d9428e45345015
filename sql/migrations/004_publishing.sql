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
