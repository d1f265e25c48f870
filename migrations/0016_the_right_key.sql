-- Slice: platform. By one wrapped key a start sees whether it has the key file with which the data was sealed: a backup may stand beside another's.
CREATE FUNCTION app.some_data_key() RETURNS TABLE (person_id uuid, wrapped bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT person_id, wrapped FROM data_keys ORDER BY created_at, person_id LIMIT 1 $$;
REVOKE EXECUTE ON FUNCTION app.some_data_key FROM PUBLIC;
-- Who brings the schema up to date asks, nobody else.
GRANT EXECUTE ON FUNCTION app.some_data_key TO CURRENT_USER;
ALTER FUNCTION app.some_data_key OWNER TO ponimau_system;
