-- The database and its two roles. Run once by the superuser; each role signs in as the system user
-- of the same name over the unix socket (`peer`), so that there is no password to keep.
--   mhealth_owner  owns the tables and alters them: migrations, backups (proved in a scratch database), restore
--   mhealth        what runs all day: reads and writes rows, alters nothing
CREATE ROLE mhealth_owner LOGIN CREATEDB;
CREATE ROLE mhealth LOGIN;
CREATE DATABASE mhealth OWNER mhealth_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE mhealth FROM PUBLIC;
GRANT CONNECT ON DATABASE mhealth TO mhealth;
\connect mhealth
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO mhealth_owner;
GRANT USAGE ON SCHEMA public TO mhealth;
