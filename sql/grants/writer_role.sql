-- The role that writes the trail: it inserts and moves its own offset, and can change or remove nothing. Run by the
-- schema's owner in the audit database, after cdc-direct init (or the migrations):
--   psql -v role=cdc_writer -v schema=cdc -f writer_role.sql
-- Set the password with \password cdc_writer.

SELECT format('CREATE ROLE %I LOGIN', :'role')
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = :'role') \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), :'role') \gexec
GRANT USAGE ON SCHEMA :"schema" TO :"role";
REVOKE ALL ON ALL TABLES IN SCHEMA :"schema" FROM :"role";
GRANT SELECT ON ALL TABLES IN SCHEMA :"schema" TO :"role";
GRANT INSERT ON :"schema".audit_log, :"schema".processing_error, :"schema".gap TO :"role";
GRANT INSERT (system_identifier, timeline, database_name, slot_name, sink) ON :"schema".replication_offset TO :"role";
GRANT UPDATE (timeline, position, epoch, holder, held_since, updated_at) ON :"schema".replication_offset TO :"role";
GRANT EXECUTE ON FUNCTION :"schema".ensure_partitions(text, integer), :"schema".retry_error(bigint, boolean),
  :"schema".resolve_error(bigint, text), :"schema".note_replay(bigint, text) TO :"role";
