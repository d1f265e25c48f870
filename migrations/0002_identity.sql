-- Slice: identity. People, how they prove who they are, and their sessions. Sign-in runs as the system role: it decides before there is an actor.

-- One row for each account. The same human may be an employee and a specialist: two rows that never touch.
CREATE TABLE people (
  id             uuid        PRIMARY KEY,
  kind           text        NOT NULL CHECK (kind IN ('employee', 'specialist', 'staff')),
  display_name   text        NOT NULL CHECK (length(display_name) BETWEEN 1 AND 80), -- an employee's nickname
  locale         text        NOT NULL,
  time_zone      text        NOT NULL,
  is_demo        boolean     NOT NULL DEFAULT false,
  deactivated_at timestamptz,
  created_at     timestamptz NOT NULL
);
-- Each person's data key, wrapped by the deployment's key. Destroying it is erasure of everything sealed with it.
CREATE TABLE data_keys (
  person_id    uuid        PRIMARY KEY REFERENCES people,
  wrapped      bytea,
  created_at   timestamptz NOT NULL,
  destroyed_at timestamptz,
  CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
CREATE TABLE staff_capabilities (
  person_id  uuid NOT NULL REFERENCES people,
  capability text NOT NULL CHECK (capability IN ('support', 'safety', 'finance', 'catalogue', 'admin', 'auditor')),
  PRIMARY KEY (person_id, capability)
);
-- Sealed address and a keyed hash to find it by. Unique within a kind: no kind learns of another's accounts.
CREATE TABLE person_emails (
  person_id   uuid        PRIMARY KEY REFERENCES people,
  kind        text        NOT NULL,
  lookup      bytea       NOT NULL,
  sealed      bytea       NOT NULL,
  verified_at timestamptz,
  UNIQUE (kind, lookup)
);
CREATE TABLE passkeys (
  id            uuid        PRIMARY KEY,
  person_id     uuid        NOT NULL REFERENCES people,
  credential_id bytea       NOT NULL UNIQUE,
  credential    jsonb       NOT NULL,
  label         text        NOT NULL CHECK (length(label) BETWEEN 1 AND 80),
  created_at    timestamptz NOT NULL,
  last_used_at  timestamptz
);
CREATE INDEX passkeys_of ON passkeys (person_id);
CREATE TABLE totp_secrets (
  person_id    uuid        PRIMARY KEY REFERENCES people,
  sealed       bytea       NOT NULL,
  last_step    bigint      NOT NULL DEFAULT 0, -- a code is good once
  confirmed_at timestamptz
);
CREATE TABLE recovery_codes (
  person_id uuid  NOT NULL REFERENCES people,
  code_hash bytea NOT NULL,
  used_at   timestamptz,
  PRIMARY KEY (person_id, code_hash)
);
-- A step of signing in which awaits an answer: an e-mailed code, a WebAuthn ceremony, a second factor.
CREATE TABLE login_challenges (
  id          uuid        PRIMARY KEY,
  kind        text        NOT NULL,
  person_id   uuid        REFERENCES people,
  code_hash   bytea,
  state       bytea, -- sealed
  attempts    int         NOT NULL DEFAULT 0,
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  consumed_at timestamptz
);
CREATE INDEX login_challenges_age ON login_challenges (expires_at); -- the sweep
CREATE TABLE sessions (
  id              uuid        PRIMARY KEY,
  token_hash      bytea       NOT NULL UNIQUE,
  person_id       uuid        NOT NULL REFERENCES people,
  factors         text[]      NOT NULL, -- email, passkey, totp, recovery, access_code, invitation, demo
  strong_at       timestamptz,          -- when a second factor (or a verifying passkey) was last shown
  device          text        NOT NULL DEFAULT '' CHECK (length(device) <= 120),
  created_at      timestamptz NOT NULL,
  seen_at         timestamptz NOT NULL,
  idle_expires_at timestamptz NOT NULL,
  expires_at      timestamptz NOT NULL,
  revoked_at      timestamptz
);
CREATE INDEX sessions_of ON sessions (person_id) WHERE revoked_at IS NULL; -- the list of one's own sessions
-- Counters that must survive a restart and hold over several nodes: sign-in attempts, codes sent. The key is a keyed hash.
CREATE TABLE throttles (
  bucket        text        NOT NULL,
  key           bytea       NOT NULL,
  failures      int         NOT NULL,
  window_start  timestamptz NOT NULL,
  blocked_until timestamptz,
  PRIMARY KEY (bucket, key)
);
-- One-time links: the first administrator's, and invitations of specialists and staff.
CREATE TABLE invitations (
  id           uuid        PRIMARY KEY,
  kind         text        NOT NULL CHECK (kind IN ('bootstrap', 'specialist', 'staff')),
  token_hash   bytea       NOT NULL UNIQUE,
  email_sealed bytea, -- by the deployment's key: there is no person yet
  name         text        NOT NULL DEFAULT '' CHECK (length(name) <= 80),
  locale       text        NOT NULL DEFAULT 'ru',
  capabilities text[]      NOT NULL DEFAULT '{}',
  category_ids uuid[]      NOT NULL DEFAULT '{}',
  invited_by   uuid        REFERENCES people,
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  accepted_at  timestamptz,
  revoked_at   timestamptz,
  person_id    uuid        REFERENCES people
);
-- What a person wants to be told, how, and when not.
CREATE TABLE notification_preferences (
  person_id        uuid    PRIMARY KEY REFERENCES people,
  email            boolean NOT NULL DEFAULT true,
  reminders_min    int[]   NOT NULL DEFAULT '{1440,60,10}',
  quiet_from       text, -- 'HH:MM' in the person's zone; both or neither
  quiet_to         text,
  CHECK ((quiet_from IS NULL) = (quiet_to IS NULL))
);

CALL app.guard('people');
CALL app.guard('data_keys');
CALL app.guard('staff_capabilities');
CALL app.guard('person_emails');
CALL app.guard('passkeys');
CALL app.guard('totp_secrets');
CALL app.guard('recovery_codes');
CALL app.guard('login_challenges');
CALL app.guard('sessions');
CALL app.guard('throttles');
CALL app.guard('invitations');
CALL app.guard('notification_preferences');

GRANT SELECT ON people TO ponimau_anonymous, ponimau_employee, ponimau_specialist, ponimau_staff;
GRANT UPDATE (display_name, locale, time_zone) ON people TO ponimau_employee, ponimau_specialist, ponimau_staff;
CREATE POLICY me ON people TO ponimau_employee, ponimau_specialist, ponimau_staff USING (id = app.me()) WITH CHECK (id = app.me());
CREATE POLICY staff_sees ON people FOR SELECT TO ponimau_staff USING (app.can('support', 'admin', 'catalogue', 'safety', 'auditor'));

GRANT SELECT, INSERT ON data_keys TO ponimau_employee, ponimau_specialist, ponimau_staff;
CREATE POLICY me ON data_keys TO ponimau_employee, ponimau_specialist, ponimau_staff USING (person_id = app.me()) WITH CHECK (person_id = app.me());

GRANT SELECT ON staff_capabilities TO ponimau_staff;
CREATE POLICY staff ON staff_capabilities FOR SELECT TO ponimau_staff USING (person_id = app.me() OR app.can('admin', 'auditor'));
GRANT INSERT, DELETE ON staff_capabilities TO ponimau_staff;
CREATE POLICY grants ON staff_capabilities FOR INSERT TO ponimau_staff WITH CHECK (app.can('admin'));
CREATE POLICY withdrawals ON staff_capabilities FOR DELETE TO ponimau_staff USING (app.can('admin'));

GRANT SELECT, INSERT, UPDATE, DELETE ON person_emails, passkeys, totp_secrets, recovery_codes, notification_preferences
   TO ponimau_employee, ponimau_specialist, ponimau_staff;
CREATE POLICY me ON person_emails TO ponimau_employee, ponimau_specialist, ponimau_staff USING (person_id = app.me()) WITH CHECK (person_id = app.me());
CREATE POLICY me ON passkeys TO ponimau_employee, ponimau_specialist, ponimau_staff USING (person_id = app.me()) WITH CHECK (person_id = app.me());
CREATE POLICY me ON totp_secrets TO ponimau_employee, ponimau_specialist, ponimau_staff USING (person_id = app.me()) WITH CHECK (person_id = app.me());
CREATE POLICY me ON recovery_codes TO ponimau_employee, ponimau_specialist, ponimau_staff USING (person_id = app.me()) WITH CHECK (person_id = app.me());
CREATE POLICY me ON notification_preferences TO ponimau_employee, ponimau_specialist, ponimau_staff USING (person_id = app.me()) WITH CHECK (person_id = app.me());

GRANT SELECT, UPDATE ON sessions TO ponimau_employee, ponimau_specialist, ponimau_staff;
CREATE POLICY me ON sessions TO ponimau_employee, ponimau_specialist, ponimau_staff USING (person_id = app.me()) WITH CHECK (person_id = app.me());

GRANT SELECT, INSERT, UPDATE ON invitations TO ponimau_staff;
CREATE POLICY auditor ON invitations FOR SELECT TO ponimau_staff USING (app.can('auditor'));
CREATE POLICY catalogue ON invitations TO ponimau_staff
  USING (app.can('admin') OR (kind = 'specialist' AND app.can('catalogue')))
  WITH CHECK (app.can('admin') OR (kind = 'specialist' AND app.can('catalogue')));

-- The session of a token, in one round trip outside any transaction: every request begins with it. Touches seen_at at most once a minute.
CREATE FUNCTION app.find_session(hash bytea, now_at timestamptz)
RETURNS TABLE (id uuid, person_id uuid, kind text, display_name text, locale text, time_zone text, strong_at timestamptz, capabilities text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE this sessions;
BEGIN
  SELECT * INTO this FROM sessions s
  WHERE s.token_hash = hash AND s.revoked_at IS NULL AND s.idle_expires_at > now_at AND s.expires_at > now_at;
  IF NOT FOUND THEN RETURN; END IF;
  IF this.seen_at < now_at - interval '1 minute' THEN
    UPDATE sessions s SET seen_at = now_at, idle_expires_at = least(s.expires_at, now_at + (this.idle_expires_at - this.seen_at))
    WHERE s.id = this.id;
  END IF;
  RETURN QUERY
    SELECT this.id, p.id, p.kind, p.display_name, p.locale, p.time_zone, this.strong_at,
           ARRAY(SELECT c.capability FROM staff_capabilities c WHERE c.person_id = p.id ORDER BY 1)
    FROM people p WHERE p.id = this.person_id AND p.deactivated_at IS NULL;
END $$;
ALTER FUNCTION app.find_session OWNER TO ponimau_system;
GRANT EXECUTE ON FUNCTION app.find_session TO ponimau_app;

-- Whether the very address is an account's already: asked before inviting, by staff who may read no address.
CREATE FUNCTION app.has_account(of_kind text, address_lookup bytea) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT app.can('admin', 'catalogue') THEN RAISE EXCEPTION 'not allowed' USING ERRCODE = 'insufficient_privilege'; END IF;
  RETURN EXISTS (SELECT FROM person_emails WHERE kind = of_kind AND lookup = address_lookup);
END $$;
ALTER FUNCTION app.has_account OWNER TO ponimau_system;
-- Ends a member of staff's service with every session. Nobody else's.
CREATE FUNCTION app.close_staff(person uuid, at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT app.can('admin') THEN RAISE EXCEPTION 'not allowed' USING ERRCODE = 'insufficient_privilege'; END IF;
  UPDATE people SET deactivated_at = at WHERE id = person AND kind = 'staff';
  -- The address is needed no longer, and may be invited anew.
  DELETE FROM person_emails WHERE person_id = person AND kind = 'staff';
  UPDATE sessions SET revoked_at = at
  WHERE person_id = (SELECT id FROM people WHERE id = person AND kind = 'staff') AND revoked_at IS NULL;
END $$;
ALTER FUNCTION app.close_staff OWNER TO ponimau_system;
-- Takes a member of staff's second factors and sessions away; tells whether an address is left to come back by.
CREATE FUNCTION app.reset_staff_factors(person uuid, at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT app.can('admin') OR NOT EXISTS (SELECT FROM people WHERE id = person AND kind = 'staff') THEN
    RAISE EXCEPTION 'not allowed' USING ERRCODE = 'insufficient_privilege';
  END IF;
  DELETE FROM passkeys WHERE person_id = person;
  DELETE FROM totp_secrets WHERE person_id = person;
  DELETE FROM recovery_codes WHERE person_id = person;
  UPDATE sessions SET revoked_at = at WHERE person_id = person AND revoked_at IS NULL;
  RETURN EXISTS (SELECT FROM person_emails WHERE person_id = person AND verified_at IS NOT NULL);
END $$;
ALTER FUNCTION app.reset_staff_factors OWNER TO ponimau_system;
