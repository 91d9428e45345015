-- A role that reads the trail and nothing else. Run by the schema's owner in the audit database:
--   psql -v role=cdc_auditor -v schema=cdc -f reader_role.sql
-- Set the password with \password cdc_auditor.

SELECT format('CREATE ROLE %I LOGIN', :'role')
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = :'role') \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), :'role') \gexec
GRANT USAGE ON SCHEMA :"schema" TO :"role";
GRANT SELECT ON :"schema".audit_log, :"schema".processing_error, :"schema".gap, :"schema".replication_offset,
  :"schema".schema_version TO :"role";
