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
