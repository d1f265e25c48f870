-- Slice: identity. Whoever holds several records is no client of their own: a specialist who is an employee of a client besides does not consult themselves.

-- The other records of the person whose record is `person`, by the account they sign in with. A caller asks it of themselves alone.
CREATE FUNCTION app.other_records_of(person uuid) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT b.person_id FROM logins a JOIN logins b ON b.issuer = a.issuer AND b.subject = a.subject AND b.person_id <> a.person_id
  WHERE a.person_id = person AND coalesce(app.me() = person, true)
$$;
ALTER FUNCTION app.other_records_of OWNER TO ponimau_system;
REVOKE EXECUTE ON FUNCTION app.other_records_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.other_records_of TO ponimau_employee, ponimau_system;
