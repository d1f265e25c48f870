-- Slices: identity, organisations, platform. A company's HR: people whom a client company has named to keep its roster and hand out its codes.

-- A role of its own: whatever the code asks, it reaches one company's roster, codes and contracts, and nothing of what anybody does.
DO $$
BEGIN
  CREATE ROLE ponimau_hr NOLOGIN NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- another database of the same server has made it
END $$;
GRANT ponimau_hr TO ponimau_app WITH INHERIT FALSE, SET TRUE;
GRANT USAGE ON SCHEMA app, public TO ponimau_hr;

ALTER TABLE people DROP CONSTRAINT people_kind_check, ADD CONSTRAINT people_kind_check CHECK (kind IN ('employee', 'specialist', 'hr', 'staff'));
ALTER TABLE person_logins
  DROP CONSTRAINT person_logins_kind_check, ADD CONSTRAINT person_logins_kind_check CHECK (kind IN ('employee', 'specialist', 'hr', 'staff'));
ALTER TABLE invitations
  DROP CONSTRAINT invitations_kind_check, ADD CONSTRAINT invitations_kind_check CHECK (kind IN ('bootstrap', 'specialist', 'hr', 'staff')),
  ADD COLUMN company_id uuid REFERENCES companies,
  ADD CONSTRAINT invitations_of_companies CHECK ((kind = 'hr') = (company_id IS NOT NULL));
CREATE TABLE hr_managers (
  person_id  uuid PRIMARY KEY REFERENCES people,
  company_id uuid NOT NULL REFERENCES companies
);
CREATE INDEX hr_managers_of ON hr_managers (company_id);
CALL app.guard('hr_managers');
GRANT SELECT ON hr_managers TO ponimau_staff;
CREATE POLICY staff ON hr_managers FOR SELECT TO ponimau_staff USING (app.can('admin', 'auditor'));

-- The company for which the acting person keeps the roster.
CREATE FUNCTION app.my_company() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT company_id FROM hr_managers WHERE person_id = app.me() $$;
ALTER FUNCTION app.my_company OWNER TO ponimau_system;
REVOKE EXECUTE ON FUNCTION app.my_company FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.my_company TO ponimau_hr, ponimau_system;

-- Their own account, as everybody has one.
GRANT SELECT, UPDATE (display_name, locale, time_zone) ON people TO ponimau_hr;
GRANT SELECT, INSERT ON data_keys TO ponimau_hr;
GRANT SELECT, INSERT, UPDATE, DELETE ON person_emails, passkeys, totp_secrets, recovery_codes, notification_preferences TO ponimau_hr;
GRANT SELECT, UPDATE ON sessions TO ponimau_hr;
GRANT SELECT, INSERT, UPDATE ON idempotency_keys TO ponimau_hr;
GRANT SELECT ON settings TO ponimau_hr;
DO $$
DECLARE one text;
BEGIN
  FOREACH one IN ARRAY ARRAY['data_keys', 'person_emails', 'passkeys', 'totp_secrets', 'recovery_codes', 'notification_preferences', 'sessions'] LOOP
    EXECUTE format('CREATE POLICY me_as_hr ON %I TO ponimau_hr USING (person_id = app.me()) WITH CHECK (person_id = app.me())', one);
  END LOOP;
END $$;
CREATE POLICY me_as_hr ON people TO ponimau_hr USING (id = app.me()) WITH CHECK (id = app.me());
CREATE POLICY own_as_hr ON idempotency_keys TO ponimau_hr USING (actor_id = app.me()) WITH CHECK (actor_id = app.me());
CREATE POLICY read_as_hr ON settings FOR SELECT TO ponimau_hr USING (true);
GRANT INSERT ON jobs, audit_entries TO ponimau_hr;
CREATE POLICY ask_as_hr ON jobs FOR INSERT TO ponimau_hr WITH CHECK (true);
CREATE POLICY append_as_hr ON audit_entries FOR INSERT TO ponimau_hr WITH CHECK (actor_id = app.me());

-- What is their company's. Addresses on the roster are not read back: the list is the company's own, who is on it is asked by a file.
GRANT SELECT (id, name, archived_at) ON companies TO ponimau_hr;
GRANT SELECT ON contracts, contract_coverage, categories TO ponimau_hr;
GRANT SELECT (domain, company_id, needs_sso) ON company_domains TO ponimau_hr;
GRANT SELECT (company_id, is_on) ON company_sign_ins TO ponimau_hr;
GRANT SELECT (company_id, ended_at) ON scim_tokens TO ponimau_hr;
GRANT SELECT (id, company_id, lookup, added_at, removed_at), INSERT, UPDATE (removed_at) ON roster_entries TO ponimau_hr;
GRANT SELECT (id, company_id, batch_id, label, code_hash, hint, max_uses, expires_at, revoked_at, created_at), INSERT, UPDATE (revoked_at)
   ON access_codes TO ponimau_hr;
CREATE POLICY mine_as_hr ON companies FOR SELECT TO ponimau_hr USING (id = (SELECT app.my_company()));
CREATE POLICY mine_as_hr ON contracts FOR SELECT TO ponimau_hr USING (company_id = (SELECT app.my_company()));
CREATE POLICY mine_as_hr ON contract_coverage FOR SELECT TO ponimau_hr USING (contract_id IN (SELECT c.id FROM contracts c));
CREATE POLICY published_as_hr ON categories FOR SELECT TO ponimau_hr USING (status <> 'draft');
CREATE POLICY mine_as_hr ON company_domains FOR SELECT TO ponimau_hr USING (company_id = (SELECT app.my_company()));
CREATE POLICY mine_as_hr ON company_sign_ins FOR SELECT TO ponimau_hr USING (company_id = (SELECT app.my_company()));
CREATE POLICY mine_as_hr ON scim_tokens FOR SELECT TO ponimau_hr USING (company_id = (SELECT app.my_company()));
CREATE POLICY mine_as_hr ON roster_entries TO ponimau_hr USING (company_id = (SELECT app.my_company())) WITH CHECK (company_id = (SELECT app.my_company()));
CREATE POLICY mine_as_hr ON access_codes TO ponimau_hr USING (company_id = (SELECT app.my_company())) WITH CHECK (company_id = (SELECT app.my_company()));

-- Coarse figures are the operator's. Whoever changes a roster and looks at a figure before and after learns about a person, however coarse it is.
CREATE OR REPLACE FUNCTION app.members_of(company uuid) RETURNS int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT app.coarse(count(*)) FROM memberships m WHERE m.company_id = company AND m.ended_at IS NULL
     AND app.can('support', 'finance', 'admin', 'auditor') $$;
CREATE OR REPLACE FUNCTION app.code_uses(batch uuid) RETURNS int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT app.coarse(coalesce(sum(a.uses), 0)) FROM access_codes a WHERE a.batch_id = batch AND app.can('support', 'admin') $$;

-- Whom the company's directory has put off its roster: a file, which somebody exported yesterday, does not bring them back.
CREATE FUNCTION app.put_off_by_directory(company uuid) RETURNS SETOF bytea LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT r.lookup FROM roster_entries r JOIN scim_users u ON u.company_id = r.company_id AND u.lookup = r.lookup
  WHERE r.company_id = company AND r.removed_at IS NOT NULL
    AND (app.can('admin') OR EXISTS (SELECT FROM hr_managers h WHERE h.person_id = app.me() AND h.company_id = company))
$$;
ALTER FUNCTION app.put_off_by_directory OWNER TO ponimau_system;
REVOKE EXECUTE ON FUNCTION app.put_off_by_directory FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.put_off_by_directory TO ponimau_staff, ponimau_hr;

-- Ends the service of a member of staff, or of a company's HR, with every session. Nobody else's.
CREATE OR REPLACE FUNCTION app.close_staff(person uuid, at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT app.can('admin') THEN RAISE EXCEPTION 'not allowed' USING ERRCODE = 'insufficient_privilege'; END IF;
  UPDATE people SET deactivated_at = at WHERE id = person AND kind IN ('staff', 'hr');
  -- The address is needed no longer, and may be invited anew.
  DELETE FROM person_emails WHERE person_id = person AND kind IN ('staff', 'hr');
  UPDATE sessions SET revoked_at = at
  WHERE person_id = (SELECT id FROM people WHERE id = person AND kind IN ('staff', 'hr')) AND revoked_at IS NULL;
END $$;
-- Takes a person's second factors and sessions away; tells whether an address is left to come back by. Never an employee's (0015).
CREATE OR REPLACE FUNCTION app.reset_factors(person uuid, at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT app.can('admin') OR NOT EXISTS (SELECT FROM people WHERE id = person AND kind IN ('staff', 'specialist', 'hr')) THEN
    RAISE EXCEPTION 'not allowed' USING ERRCODE = 'insufficient_privilege';
  END IF;
  DELETE FROM passkeys WHERE person_id = person;
  DELETE FROM totp_secrets WHERE person_id = person;
  DELETE FROM recovery_codes WHERE person_id = person;
  UPDATE sessions SET revoked_at = at WHERE person_id = person AND revoked_at IS NULL;
  RETURN EXISTS (SELECT FROM person_emails WHERE person_id = person AND verified_at IS NOT NULL);
END $$;
