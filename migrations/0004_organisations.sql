-- Slice: organisations. Client companies, what their contracts cover, and who may enter. Membership is readable by the person alone (and counted
-- by the system): no path leads from a company to an employee.
CREATE TABLE companies (
  id          uuid        PRIMARY KEY,
  name        text        NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  is_demo     boolean     NOT NULL DEFAULT false,
  archived_at timestamptz,
  created_at  timestamptz NOT NULL
);
CREATE UNIQUE INDEX companies_name ON companies (lower(name)) WHERE archived_at IS NULL;
CREATE TABLE contracts (
  id         uuid        PRIMARY KEY,
  company_id uuid        NOT NULL REFERENCES companies,
  number     text        NOT NULL CHECK (length(number) BETWEEN 1 AND 60),
  starts_on  date        NOT NULL,
  ends_on    date        NOT NULL, -- inclusive
  ended_at   timestamptz,          -- ended early
  created_at timestamptz NOT NULL,
  CHECK (ends_on >= starts_on),
  UNIQUE (company_id, id),
  UNIQUE (company_id, number)
);
-- One contract at a time decides what a company's people are entitled to.
ALTER TABLE contracts ADD CONSTRAINT contracts_do_not_overlap
  EXCLUDE USING gist (company_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&) WHERE (ended_at IS NULL);
CREATE TABLE contract_coverage (
  contract_id       uuid NOT NULL REFERENCES contracts,
  category_id       uuid NOT NULL REFERENCES categories,
  sessions_per_year int  NOT NULL CHECK (sessions_per_year BETWEEN 0 AND 366), -- per person, contract year
  PRIMARY KEY (contract_id, category_id)
);
CREATE TABLE access_codes (
  id         uuid        PRIMARY KEY,
  company_id uuid        NOT NULL REFERENCES companies,
  batch_id   uuid        NOT NULL DEFAULT gen_random_uuid(), -- codes made together are listed, counted and revoked together
  label      text        NOT NULL DEFAULT '' CHECK (length(label) <= 80),
  code_hash  bytea       NOT NULL UNIQUE,
  hint       text        NOT NULL, -- the last characters, to tell codes apart
  max_uses   int         NOT NULL CHECK (max_uses BETWEEN 1 AND 100000),
  uses       int         NOT NULL DEFAULT 0,
  expires_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz NOT NULL,
  CHECK (uses <= max_uses)
);
CREATE INDEX access_codes_of ON access_codes (company_id);
CREATE INDEX access_codes_batch ON access_codes (batch_id);
CREATE TABLE company_domains (
  domain     text        PRIMARY KEY CHECK (domain = lower(domain)),
  company_id uuid        NOT NULL REFERENCES companies,
  created_at timestamptz NOT NULL
);
CREATE TABLE roster_entries (
  id           uuid        PRIMARY KEY,
  company_id   uuid        NOT NULL REFERENCES companies,
  lookup       bytea       NOT NULL,
  email_sealed bytea       NOT NULL, -- by the deployment's key
  added_at     timestamptz NOT NULL,
  removed_at   timestamptz,
  UNIQUE (company_id, lookup)
);
CREATE TABLE memberships (
  person_id  uuid        PRIMARY KEY REFERENCES people,
  company_id uuid        NOT NULL REFERENCES companies,
  via        text        NOT NULL CHECK (via IN ('access_code', 'domain', 'roster')),
  joined_on  date        NOT NULL, -- a day, not an instant: it must not be matched with a sign-in
  ended_at   timestamptz
);
CREATE INDEX memberships_of ON memberships (company_id);

CALL app.guard('companies');
CALL app.guard('contracts');
CALL app.guard('contract_coverage');
CALL app.guard('access_codes');
CALL app.guard('company_domains');
CALL app.guard('roster_entries');
CALL app.guard('memberships');

GRANT SELECT, INSERT, UPDATE ON companies, contracts, roster_entries TO ponimau_staff;
-- Not `uses`: whoever handed a code out would learn that its holder came. Counts go through app.code_uses.
GRANT SELECT (id, company_id, batch_id, label, code_hash, hint, max_uses, expires_at, revoked_at, created_at), INSERT, UPDATE (revoked_at)
   ON access_codes TO ponimau_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON contract_coverage, company_domains TO ponimau_staff;
CREATE POLICY read ON companies FOR SELECT TO ponimau_staff USING (app.can('support', 'admin', 'finance', 'auditor'));
CREATE POLICY edit ON companies TO ponimau_staff USING (app.can('admin')) WITH CHECK (app.can('admin'));
CREATE POLICY read ON contracts FOR SELECT TO ponimau_staff USING (app.can('support', 'admin', 'finance', 'auditor'));
CREATE POLICY edit ON contracts TO ponimau_staff USING (app.can('admin')) WITH CHECK (app.can('admin'));
CREATE POLICY read ON contract_coverage FOR SELECT TO ponimau_staff USING (app.can('support', 'admin', 'finance', 'auditor'));
CREATE POLICY edit ON contract_coverage TO ponimau_staff USING (app.can('admin')) WITH CHECK (app.can('admin'));
CREATE POLICY edit ON access_codes TO ponimau_staff USING (app.can('admin', 'support')) WITH CHECK (app.can('admin', 'support'));
CREATE POLICY edit ON company_domains TO ponimau_staff USING (app.can('admin')) WITH CHECK (app.can('admin'));
CREATE POLICY edit ON roster_entries TO ponimau_staff USING (app.can('admin')) WITH CHECK (app.can('admin'));

GRANT SELECT ON memberships, companies, contracts, contract_coverage TO ponimau_employee;
CREATE POLICY me ON memberships FOR SELECT TO ponimau_employee USING (person_id = app.me());
CREATE POLICY mine ON companies FOR SELECT TO ponimau_employee
  USING (id IN (SELECT m.company_id FROM memberships m WHERE m.person_id = app.me() AND m.ended_at IS NULL));
CREATE POLICY mine ON contracts FOR SELECT TO ponimau_employee
  USING (company_id IN (SELECT m.company_id FROM memberships m WHERE m.person_id = app.me() AND m.ended_at IS NULL));
CREATE POLICY mine ON contract_coverage FOR SELECT TO ponimau_employee USING (contract_id IN (SELECT c.id FROM contracts c));

-- Figures about members that may be shown: nothing below ten, then in steps of five, so that one person's coming or going does not show.
CREATE FUNCTION app.coarse(n bigint) RETURNS int LANGUAGE sql IMMUTABLE AS
  $$ SELECT CASE WHEN n < 10 THEN NULL ELSE (n / 5 * 5)::int END $$;
CREATE FUNCTION app.members_of(company uuid) RETURNS int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT app.coarse(count(*)) FROM memberships m WHERE m.company_id = company AND m.ended_at IS NULL $$;
ALTER FUNCTION app.members_of OWNER TO ponimau_system;
CREATE FUNCTION app.code_uses(batch uuid) RETURNS int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT app.coarse(coalesce(sum(a.uses), 0)) FROM access_codes a WHERE a.batch_id = batch $$;
ALTER FUNCTION app.code_uses OWNER TO ponimau_system;
-- Whoever leaves the roster leaves the company, if they came by it. Answers nothing: the caller learns not who had come.
CREATE FUNCTION app.leave_by_roster(company uuid, lookups bytea[], now_at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE memberships m SET ended_at = now_at FROM person_emails e
  WHERE m.company_id = company AND m.via = 'roster' AND m.ended_at IS NULL AND e.person_id = m.person_id AND e.lookup = ANY(lookups)
    AND app.can('admin')
$$;
ALTER FUNCTION app.leave_by_roster OWNER TO ponimau_system;
