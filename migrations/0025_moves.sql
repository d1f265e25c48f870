-- Slice: identity. Records of the time before Keycloak get an account there, each by its own person; and the way back of whoever loses what they sign in with.

-- Until when a record without an account may be given one. Opened on the operator's machine, for one Keycloak.
CREATE TABLE moving_windows (
  issuer    text        PRIMARY KEY,
  opened_at timestamptz NOT NULL,
  closes_at timestamptz NOT NULL
);
-- Who has been written to about it: nobody twice, however often the command is run or breaks off.
CREATE TABLE moving_letters (
  person_id uuid        NOT NULL REFERENCES people,
  issuer    text        NOT NULL,
  sent_at   timestamptz NOT NULL,
  PRIMARY KEY (person_id, issuer)
);
-- An employee's code for the day their only passkey is lost: nobody at the operator or the company can let them in. Good once.
CREATE TABLE ways_back (
  person_id uuid        PRIMARY KEY REFERENCES people,
  code_hash bytea       UNIQUE, -- none once it is used
  made_at   timestamptz NOT NULL,
  used_at   timestamptz,
  CHECK ((code_hash IS NULL) = (used_at IS NOT NULL))
);

CALL app.guard('moving_windows');
CALL app.guard('moving_letters');
CALL app.guard('ways_back');

-- The person sees whether they have one and what became of it; the hash is nobody's to read.
GRANT SELECT (person_id, made_at, used_at), INSERT, DELETE ON ways_back TO ponimau_employee;
GRANT UPDATE (code_hash, made_at, used_at) ON ways_back TO ponimau_employee;
CREATE POLICY me ON ways_back TO ponimau_employee USING (person_id = app.me()) WITH CHECK (person_id = app.me());

-- What has been done in Keycloak's console is read from its admin events: how far, and which of the last minute, so that none is missed and none is taken twice.
CREATE TABLE console_positions (
  issuer      text        PRIMARY KEY,
  heard_until timestamptz NOT NULL,
  look_at     timestamptz NOT NULL -- not before: Keycloak did not answer
);
CREATE TABLE console_events (
  issuer   text        NOT NULL,
  event_id text        NOT NULL,
  at       timestamptz NOT NULL,
  PRIMARY KEY (issuer, event_id)
);
CALL app.guard('console_positions');
CALL app.guard('console_events');
