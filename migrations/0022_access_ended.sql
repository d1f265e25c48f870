-- Slices: organisations, identity. What ends when a company says that somebody has left it.

-- The keyed hash of what the company names the person by (a roster's address; an account at the company's own sign-in may be another). The person may
-- have put an address of their own in the place of the company's since: without this, leaving would not reach them. Nobody but the person and the
-- system reads it, and it leads from an address to a person only under the deployment's key, which the database does not hold.
ALTER TABLE memberships ADD COLUMN came_by bytea;
CREATE INDEX memberships_by_name ON memberships (company_id, came_by); -- who is meant by a change of the roster

-- Why the session ended, to be told to whoever still holds its cookie.
ALTER TABLE sessions ADD COLUMN is_access_ended boolean NOT NULL DEFAULT false;
CREATE FUNCTION app.is_access_ended(hash bytea) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT EXISTS (SELECT FROM sessions s WHERE s.token_hash = hash AND s.is_access_ended) $$;
ALTER FUNCTION app.is_access_ended OWNER TO ponimau_system;
GRANT EXECUTE ON FUNCTION app.is_access_ended TO ponimau_app;

-- Whether an address of a person is a mailbox of a company which they have left (any that its roster ever named): others read it now.
CREATE FUNCTION app.is_left_mailbox(person uuid, address_lookup bytea) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM memberships m
                 WHERE m.person_id = person AND m.ended_at IS NOT NULL
                   AND (m.came_by = address_lookup OR EXISTS (SELECT FROM roster_entries r
                                                              WHERE r.company_id = m.company_id AND r.lookup = address_lookup)))
$$;
ALTER FUNCTION app.is_left_mailbox OWNER TO ponimau_system;
REVOKE EXECUTE ON FUNCTION app.is_left_mailbox FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.is_left_mailbox TO ponimau_system;

-- app.leave_by_roster (0004) is still asked by the release before this one, which may run beside it; a later migration drops it.
