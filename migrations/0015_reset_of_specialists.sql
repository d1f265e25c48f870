-- Slice: identity. An administrator may also reset the second factors of a specialist, whom the operator knows. Nobody resets an employee's: nobody but the
-- person could tell who asks, and the employer may read their mail.
DROP FUNCTION app.reset_staff_factors(uuid, timestamptz);
-- Takes a person's second factors and sessions away; tells whether an address is left to come back by.
CREATE FUNCTION app.reset_factors(person uuid, at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT app.can('admin') OR NOT EXISTS (SELECT FROM people WHERE id = person AND kind IN ('staff', 'specialist')) THEN
    RAISE EXCEPTION 'not allowed' USING ERRCODE = 'insufficient_privilege';
  END IF;
  DELETE FROM passkeys WHERE person_id = person;
  DELETE FROM totp_secrets WHERE person_id = person;
  DELETE FROM recovery_codes WHERE person_id = person;
  UPDATE sessions SET revoked_at = at WHERE person_id = person AND revoked_at IS NULL;
  RETURN EXISTS (SELECT FROM person_emails WHERE person_id = person AND verified_at IS NOT NULL);
END $$;
ALTER FUNCTION app.reset_factors OWNER TO ponimau_system;
