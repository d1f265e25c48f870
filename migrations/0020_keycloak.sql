-- Slice: identity. Sign-in by Keycloak: which account there is which record here, and what a session needs to be renewed and ended.

-- One account in Keycloak may have a record of each kind; the records do not know of one another. An address is never a key.
CREATE TABLE person_logins (
  issuer           text        NOT NULL,
  subject          text        NOT NULL,
  kind             text        NOT NULL CHECK (kind IN ('employee', 'specialist', 'staff')),
  person_id        uuid        NOT NULL UNIQUE REFERENCES people,
  entrance_subject text        UNIQUE, -- what our entrance called the person, if they came by it
  created_at       timestamptz NOT NULL,
  PRIMARY KEY (issuer, subject, kind)
);
-- Tokens that are good once (logout tokens, Keycloak's proofs to the entrance), until they would not be believed anyway.
CREATE TABLE spent_tokens (
  token_hash bytea       PRIMARY KEY,
  expires_at timestamptz NOT NULL
);
CREATE INDEX spent_tokens_age ON spent_tokens (expires_at); -- the sweep

ALTER TABLE sessions
  ADD COLUMN oidc_client     text,        -- the client of the realm by which the person signed in; none with the built-in sign-in
  ADD COLUMN oidc_sid        text,        -- Keycloak's session
  ADD COLUMN refresh_sealed  bytea,       -- until the session has been ended there too
  ADD COLUMN checked_at      timestamptz, -- when Keycloak last said that the session is good
  ADD COLUMN checked_by_turn timestamptz, -- until when a request has the turn to ask it
  ADD CONSTRAINT sessions_of_keycloak CHECK (num_nulls(oidc_client, oidc_sid, checked_at) IN (0, 3) AND (refresh_sealed IS NULL OR oidc_sid IS NOT NULL));
CREATE INDEX sessions_by_sid ON sessions (oidc_sid) WHERE oidc_sid IS NOT NULL AND revoked_at IS NULL;
-- A sign-in on its way is found by the browser it began in.
CREATE INDEX login_challenges_by_browser ON login_challenges (code_hash) WHERE kind = 'keycloak' AND consumed_at IS NULL;

CALL app.guard('person_logins');
CALL app.guard('spent_tokens');

DROP FUNCTION app.find_session(bytea, timestamptz);
-- The session of a token, in one round trip outside any transaction: every request begins with it. Touches seen_at at most once a minute, and
-- a crash may forget that (0011).
CREATE FUNCTION app.find_session(hash bytea, now_at timestamptz)
RETURNS TABLE (id uuid, person_id uuid, kind text, display_name text, locale text, time_zone text, strong_at timestamptz, checked_at timestamptz,
               capabilities text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE this sessions;
BEGIN
  SELECT * INTO this FROM sessions s
  WHERE s.token_hash = hash AND s.revoked_at IS NULL AND s.idle_expires_at > now_at AND s.expires_at > now_at;
  IF NOT FOUND THEN RETURN; END IF;
  IF this.seen_at < now_at - interval '1 minute' THEN
    -- In the transaction of this statement alone: nobody waits for the disk because they were seen.
    PERFORM set_config('synchronous_commit', 'off', true);
    UPDATE sessions s SET seen_at = now_at, idle_expires_at = least(s.expires_at, now_at + (this.idle_expires_at - this.seen_at))
    WHERE s.id = this.id;
  END IF;
  RETURN QUERY
    SELECT this.id, p.id, p.kind, p.display_name, p.locale, p.time_zone, this.strong_at, this.checked_at,
           ARRAY(SELECT c.capability FROM staff_capabilities c WHERE c.person_id = p.id ORDER BY 1)
    FROM people p WHERE p.id = this.person_id AND p.deactivated_at IS NULL;
END $$;
ALTER FUNCTION app.find_session OWNER TO ponimau_system;
GRANT EXECUTE ON FUNCTION app.find_session TO ponimau_app;
