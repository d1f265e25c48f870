-- Slice: identity. Since when an account at Keycloak has the password of which its person knows: another one is told to them.
CREATE TABLE passwords_seen (
  person_id uuid        NOT NULL REFERENCES people,
  issuer    text        NOT NULL,
  subject   text        NOT NULL,
  set_at    timestamptz, -- none, as far as was seen
  PRIMARY KEY (person_id, issuer, subject)
);
CALL app.guard('passwords_seen');
