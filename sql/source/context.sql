-- For the source database: says who makes the changes of the current transaction, and why. Each change that follows in
-- the transaction carries it in the trail; a later call replaces it. Run by whoever owns the schema:
--   psql -v schema=public -f context.sql
-- Then, inside a transaction:
--   SELECT cdc_set_context('{"user": "alice", "request_id": "7f3a"}');

CREATE OR REPLACE FUNCTION :"schema".cdc_set_context(context jsonb) RETURNS pg_lsn
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF jsonb_typeof(context) IS DISTINCT FROM 'object' THEN
    RAISE EXCEPTION 'the context is a JSON object, for example {"user": "alice"}'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN pg_logical_emit_message(true, 'cdc.context', context::text);
END
$$;
COMMENT ON FUNCTION :"schema".cdc_set_context(jsonb) IS
  'Names the user and circumstances of the current transaction for the audit trail of cdc-direct';
