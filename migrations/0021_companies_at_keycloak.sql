-- Slice: organisations. Companies at Keycloak, and their own sign-in (SSO).

-- What stands of each company at Keycloak: written there by a job, after each change here.
CREATE TABLE company_organizations (
  company_id uuid        PRIMARY KEY REFERENCES companies,
  wanted     bigint      NOT NULL, -- grows with each change here
  done       bigint,               -- the change of which Keycloak last had all
  done_at    timestamptz,
  fault      text                  -- why the last try failed
);
CREATE TABLE company_sign_ins (
  company_id    uuid        PRIMARY KEY REFERENCES companies,
  protocol      text        NOT NULL CHECK (protocol IN ('oidc', 'saml')),
  address       text,                 -- of the OpenID issuer, or of SAML metadata; none for metadata handed over as a file
  client_id     text,
  secret_sealed bytea,                -- by the deployment's key
  address_claim text        NOT NULL, -- where an OpenID provider says the address
  published     jsonb       NOT NULL, -- what it has published of itself, as Keycloak read it
  is_on         boolean     NOT NULL,
  changed_at    timestamptz NOT NULL,
  CHECK ((protocol = 'oidc') = (client_id IS NOT NULL AND secret_sealed IS NOT NULL)),
  CHECK (protocol = 'saml' OR address IS NOT NULL)
);
-- Whoever comes by an address of the domain signs in at the company, and in no other way.
ALTER TABLE company_domains ADD COLUMN needs_sso boolean NOT NULL DEFAULT false;
ALTER TABLE memberships
  DROP CONSTRAINT memberships_via_check,
  ADD CONSTRAINT memberships_via_check CHECK (via IN ('access_code', 'domain', 'roster', 'sso')),
  ADD COLUMN domain text; -- of the address by which the person came; the company is known anyway

CALL app.guard('company_organizations');
CALL app.guard('company_sign_ins');
GRANT SELECT, INSERT, UPDATE ON company_organizations TO ponimau_staff;
GRANT SELECT, INSERT, UPDATE, DELETE ON company_sign_ins TO ponimau_staff;
CREATE POLICY edit ON company_organizations TO ponimau_staff USING (app.can('admin')) WITH CHECK (app.can('admin'));
CREATE POLICY edit ON company_sign_ins TO ponimau_staff USING (app.can('admin')) WITH CHECK (app.can('admin'));

-- Only what says whom they are a member of: by what the company would find them is no matter of theirs, and of nobody else's.
REVOKE SELECT ON memberships FROM ponimau_employee;
GRANT SELECT (person_id, company_id, via, joined_on, ended_at) ON memberships TO ponimau_employee;
