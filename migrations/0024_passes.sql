-- Slice: organisations. Passes: blindly signed tokens (RFC 9474) with which somebody enters and cannot be linked to what proved that they may (decision 0023).

-- Whether a company's newcomers enter with a pass, and for how long one is good. A row that is off: newcomers enter without, those who came with one renew.
CREATE TABLE company_passes (
  company_id uuid        PRIMARY KEY REFERENCES companies,
  is_on      boolean     NOT NULL,
  months     smallint    NOT NULL CHECK (months IN (1, 3, 6, 12)),
  changed_at timestamptz NOT NULL
);
-- What signs passes. On any day a company has one key, whoever asks: a second one would tell people apart.
CREATE TABLE pass_keys (
  company_id    uuid  NOT NULL REFERENCES companies,
  starts_on     date  NOT NULL,
  ends_on       date  NOT NULL, -- the last day on which passes are given
  lets_in_until date  NOT NULL, -- the last day of access by them
  fingerprint   bytea NOT NULL UNIQUE CHECK (length(fingerprint) = 32), -- SHA-256 of the public half
  public_half   bytea NOT NULL,
  secret_sealed bytea,          -- by the deployment's key; destroyed once passes are given no longer
  PRIMARY KEY (company_id, starts_on),
  CHECK (starts_on <= ends_on AND ends_on <= lets_in_until),
  CONSTRAINT one_pass_key_a_day EXCLUDE USING gist (company_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&)
);
-- Who has had their pass of a period: a keyed hash, and one of what was signed, so that a lost answer can be given again. No id, no instant, nothing
-- that the account has too; put into the order of the hashes every hour, so that no row's place tells when it came.
CREATE TABLE passes_given (
  company_id   uuid  NOT NULL,
  starts_on    date  NOT NULL,
  entitlement  bytea NOT NULL,
  blinded_hash bytea NOT NULL,
  PRIMARY KEY (company_id, starts_on, entitlement),
  FOREIGN KEY (company_id, starts_on) REFERENCES pass_keys
);
-- Passes are good once.
CREATE TABLE passes_used (
  pass_hash  bytea PRIMARY KEY,
  company_id uuid  NOT NULL,
  starts_on  date  NOT NULL,
  FOREIGN KEY (company_id, starts_on) REFERENCES pass_keys
);
CREATE INDEX passes_used_of ON passes_used (company_id, starts_on); -- the sweep

ALTER TABLE memberships
  DROP CONSTRAINT memberships_via_check,
  ADD CONSTRAINT memberships_via_check CHECK (via IN ('access_code', 'domain', 'roster', 'sso', 'pass')),
  ADD COLUMN ends_on date, -- the last day, unless renewed
  ADD CONSTRAINT memberships_by_pass CHECK ((via = 'pass') = (ends_on IS NOT NULL)),
  -- Nothing leads from whoever came with a pass to what proved that they may have one.
  ADD CONSTRAINT memberships_pass_names_nobody CHECK (via <> 'pass' OR (came_by IS NULL AND domain IS NULL));
CREATE INDEX memberships_ending ON memberships (ends_on) WHERE ends_on IS NOT NULL AND ended_at IS NULL; -- the job that ends them

-- Where newcomers enter with passes, nobody new enters otherwise.
CREATE FUNCTION app.needs_pass() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.via <> 'pass' AND EXISTS (SELECT FROM company_passes p WHERE p.company_id = NEW.company_id AND p.is_on) THEN
    RAISE EXCEPTION 'newcomers of this company enter with passes' USING ERRCODE = 'check_violation', CONSTRAINT = 'pass_is_needed';
  END IF;
  RETURN NEW;
END $$;
ALTER FUNCTION app.needs_pass OWNER TO ponimau_system;
CREATE TRIGGER pass_is_needed BEFORE INSERT ON memberships FOR EACH ROW EXECUTE FUNCTION app.needs_pass();
-- Keys are what people compare: nobody exchanges one, and whoever was let in by one keeps their days.
CREATE FUNCTION app.keep_pass_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.company_id, NEW.starts_on, NEW.ends_on, NEW.lets_in_until, NEW.fingerprint, NEW.public_half)
     IS DISTINCT FROM (OLD.company_id, OLD.starts_on, OLD.ends_on, OLD.lets_in_until, OLD.fingerprint, OLD.public_half)
     OR NEW.secret_sealed IS NOT NULL AND NEW.secret_sealed IS DISTINCT FROM OLD.secret_sealed THEN
    RAISE EXCEPTION 'a key of passes stays as it is' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER pass_keys_stay BEFORE UPDATE ON pass_keys FOR EACH ROW EXECUTE FUNCTION app.keep_pass_key();

CALL app.guard('company_passes');
CALL app.guard('pass_keys');
CALL app.guard('passes_given');
CALL app.guard('passes_used');

GRANT SELECT, INSERT, UPDATE ON company_passes TO ponimau_staff;
-- Whoever switches passes on makes the first key, and reads none back.
GRANT SELECT (company_id, starts_on, ends_on, lets_in_until, fingerprint), INSERT ON pass_keys TO ponimau_staff;
CREATE POLICY edit ON company_passes TO ponimau_staff USING (app.can('admin')) WITH CHECK (app.can('admin'));
CREATE POLICY edit ON pass_keys TO ponimau_staff USING (app.can('admin')) WITH CHECK (app.can('admin'));

-- Until when one's own access lasts, and whether a newer pass can be had.
GRANT SELECT (ends_on) ON memberships TO ponimau_employee;
GRANT SELECT (company_id, starts_on, ends_on, lets_in_until) ON pass_keys TO ponimau_employee;
CREATE POLICY mine ON pass_keys FOR SELECT TO ponimau_employee
  USING (company_id IN (SELECT m.company_id FROM memberships m WHERE m.person_id = app.me()));
