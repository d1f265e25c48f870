-- Slices: identity, organisations. What leads to a record when its company's own way ends, and when a company's sign-in last failed (decision 0029).

-- An account at Keycloak that leads to an employee's record beside the one in person_logins: their own, of the time before the company wanted its sign-in; or the
-- company's, of a time when its sign-in had gone. What may be opened by it is decided at each sign-in.
CREATE TABLE second_logins (
  issuer     text        NOT NULL,
  subject    text        NOT NULL,
  person_id  uuid        NOT NULL REFERENCES people,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX second_logins_of ON second_logins (person_id); -- all that leads to a record is minded when its person leaves
-- Every account at Keycloak that leads to a record.
CREATE VIEW logins WITH (security_invoker = true) AS
  SELECT issuer, subject, kind, person_id FROM person_logins
  UNION ALL
  SELECT issuer, subject, 'employee', person_id FROM second_logins;
GRANT SELECT ON logins TO ponimau_system;

-- What was taken from an account at Keycloak when its person left the company, to be given back should they return.
CREATE TABLE taken_ways (
  issuer      text        NOT NULL,
  subject     text        NOT NULL,
  person_id   uuid        NOT NULL REFERENCES people,
  company_id  uuid        NOT NULL REFERENCES companies,
  kept_sealed bytea       NOT NULL, -- under the person's data key
  taken_at    timestamptz NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX taken_ways_of ON taken_ways (person_id); -- as above
CALL app.guard('second_logins');
CALL app.guard('taken_ways');

CREATE INDEX memberships_by_work_address ON memberships (came_by) WHERE via = 'sso'; -- whose record a proven work address is of

ALTER TABLE company_sign_ins
  ADD COLUMN failed_at timestamptz, -- when somebody last did not get in by it
  ADD COLUMN failure   text CHECK (failure IN ('secret', 'other'));

-- Whoever left before this.
INSERT INTO jobs (kind, payload, run_at, created_at)
  SELECT 'identity.mind_ways', jsonb_build_object('person', m.person_id), now(), now()
  FROM memberships m JOIN person_logins l ON l.person_id = m.person_id WHERE m.ended_at IS NOT NULL;
