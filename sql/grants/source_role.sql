-- The role that reads the source: REPLICATION and SELECT, no superuser. Run by an administrator in the source database:
--   psql -v role=cdc_reader -v schema=public -v publication=cdc_audit -f source_role.sql
-- Run it once for each schema that is captured. Set the password with \password cdc_reader.

SELECT format('CREATE ROLE %I LOGIN REPLICATION', :'role')
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = :'role') \gexec
ALTER ROLE :"role" LOGIN REPLICATION;
SELECT format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), :'role') \gexec
GRANT USAGE ON SCHEMA :"schema" TO :"role";
GRANT SELECT ON ALL TABLES IN SCHEMA :"schema" TO :"role";
-- Tables that the role running this script makes later; repeat for other owners with FOR ROLE.
ALTER DEFAULT PRIVILEGES IN SCHEMA :"schema" GRANT SELECT ON TABLES TO :"role";
-- A publication can be made by the owner of its tables only, so an administrator makes it here.
SELECT format('CREATE PUBLICATION %I FOR ALL TABLES', :'publication')
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_publication WHERE pubname = :'publication') \gexec
