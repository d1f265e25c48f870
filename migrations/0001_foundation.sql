-- Slice: platform. Roles, the acting person, jobs, live hints, idempotency, audit: what every other slice stands on.
--
-- The application logs in as ponimau_app, which owns nothing and by itself may read nothing. Each transaction first takes one of the
-- actor roles below (SET LOCAL ROLE) and says who acts (app.person, app.capabilities). Without that no row is visible.
DO $$
DECLARE r text;
BEGIN
  FOREACH r IN ARRAY ARRAY['ponimau_anonymous','ponimau_employee','ponimau_specialist','ponimau_staff','ponimau_system'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', r);
    END IF;
  END LOOP;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ponimau_app') THEN
    CREATE ROLE ponimau_app NOLOGIN NOBYPASSRLS NOINHERIT;
  END IF;
END $$;
GRANT ponimau_anonymous, ponimau_employee, ponimau_specialist, ponimau_staff, ponimau_system
   TO ponimau_app WITH INHERIT FALSE, SET TRUE;

CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE SCHEMA app;
GRANT USAGE ON SCHEMA app
   TO ponimau_app, ponimau_anonymous, ponimau_employee, ponimau_specialist, ponimau_staff, ponimau_system;
GRANT USAGE ON SCHEMA public
   TO ponimau_app, ponimau_anonymous, ponimau_employee, ponimau_specialist, ponimau_staff, ponimau_system;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

-- Who acts in this transaction. After COMMIT a local setting reads '' rather than NULL, hence nullif.
CREATE FUNCTION app.me() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(current_setting('app.person', true), '')::uuid $$;
-- Whether the acting member of staff holds a capability (support, safety, finance, catalogue, admin, auditor).
CREATE FUNCTION app.can(VARIADIC wanted text[]) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT string_to_array(coalesce(current_setting('app.capabilities', true), ''), ',') && wanted $$;

-- Functions that act for a caller with the system role's rights (SECURITY DEFINER) belong to that role, never to the schema's owner: an owner
-- who is no superuser would be stopped by FORCE ROW LEVEL SECURITY, and one who is would see more than the function needs.
GRANT CREATE ON SCHEMA app TO ponimau_system;

-- Turns row security on for a table and gives the system role (jobs, sign-in, webhooks) the whole of it.
CREATE PROCEDURE app.guard(target regclass) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format('CREATE POLICY system_all ON %s TO ponimau_system USING (true) WITH CHECK (true)', target);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO ponimau_system', target);
END $$;

-- Work to be done after the transaction that asked for it: mail, reminders, sweeps. unique_key makes asking twice harmless.
CREATE TABLE jobs (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind         text        NOT NULL,
  payload      jsonb       NOT NULL,
  unique_key   text        UNIQUE,
  run_at       timestamptz NOT NULL,
  attempts     int         NOT NULL DEFAULT 0,
  max_attempts int         NOT NULL DEFAULT 12,
  locked_until timestamptz,
  last_error   text,
  dead_at      timestamptz,
  created_at   timestamptz NOT NULL
);
CREATE INDEX jobs_due ON jobs (run_at) WHERE dead_at IS NULL; -- the worker's next piece of work
CALL app.guard('jobs');
-- Any actor may ask for work; only the system reads it.
GRANT INSERT ON jobs TO ponimau_anonymous, ponimau_employee, ponimau_specialist, ponimau_staff;
CREATE POLICY ask ON jobs FOR INSERT TO ponimau_anonymous, ponimau_employee, ponimau_specialist, ponimau_staff WITH CHECK (true);
-- Moving or cancelling an appointment withdraws its reminders.
CREATE FUNCTION app.withdraw_jobs(prefix text) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ DELETE FROM jobs WHERE unique_key LIKE replace(replace(prefix, '%', '\%'), '_', '\_') || '%' AND attempts = 0 $$;
ALTER FUNCTION app.withdraw_jobs OWNER TO ponimau_system;

-- Hints for open browser tabs: "this changed, fetch it again", and call signalling. Per-recipient positions without gaps make a lost hint
-- visible. UNLOGGED: after a crash clients find their position unknown and refetch everything.
CREATE UNLOGGED TABLE live_positions (
  recipient_id uuid   PRIMARY KEY,
  position     bigint NOT NULL
);
CREATE UNLOGGED TABLE live_events (
  recipient_id uuid        NOT NULL,
  position     bigint      NOT NULL,
  kind         text        NOT NULL,
  payload      jsonb       NOT NULL,
  at           timestamptz NOT NULL,
  PRIMARY KEY (recipient_id, position)
);
CREATE INDEX live_events_age ON live_events (at); -- the sweep
CALL app.guard('live_positions');
CALL app.guard('live_events');
-- Emitting takes the recipient's row lock until commit, so positions appear in commit order and readers never skip one.
CREATE FUNCTION app.emit(recipient uuid, event_kind text, event_payload jsonb, event_at timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE following bigint;
BEGIN
  INSERT INTO live_positions VALUES (recipient, 1)
  ON CONFLICT (recipient_id) DO UPDATE SET position = live_positions.position + 1
  RETURNING position INTO following;
  INSERT INTO live_events VALUES (recipient, following, event_kind, event_payload, event_at);
  PERFORM pg_notify('live', recipient::text);
  RETURN following;
END $$;
ALTER FUNCTION app.emit OWNER TO ponimau_system;

-- The first answer to each command, so that a repeat is answered alike and done once. Kept 7 days; the body is sealed.
CREATE TABLE idempotency_keys (
  actor_id     uuid        NOT NULL,
  key          text        NOT NULL CHECK (length(key) BETWEEN 8 AND 128),
  operation    text        NOT NULL,
  request_hash bytea       NOT NULL,
  status       smallint,
  body         bytea,
  created_at   timestamptz NOT NULL,
  PRIMARY KEY (actor_id, key)
);
CREATE INDEX idempotency_age ON idempotency_keys (created_at); -- the sweep
CALL app.guard('idempotency_keys');
GRANT SELECT, INSERT, UPDATE ON idempotency_keys TO ponimau_anonymous, ponimau_employee, ponimau_specialist, ponimau_staff;
CREATE POLICY own ON idempotency_keys TO ponimau_employee, ponimau_specialist, ponimau_staff
  USING (actor_id = app.me()) WITH CHECK (actor_id = app.me());

-- Settings an administrator changes at run time (urgent-help numbers, video policy, ...). One row a topic, checked by its owner's type.
CREATE TABLE settings (
  topic      text        PRIMARY KEY,
  value      jsonb       NOT NULL,
  updated_at timestamptz NOT NULL,
  updated_by uuid
);
CALL app.guard('settings');
GRANT SELECT ON settings TO ponimau_anonymous, ponimau_employee, ponimau_specialist, ponimau_staff;
CREATE POLICY read ON settings FOR SELECT TO ponimau_anonymous, ponimau_employee, ponimau_specialist, ponimau_staff USING (true);
GRANT INSERT, UPDATE ON settings TO ponimau_staff;
CREATE POLICY add ON settings FOR INSERT TO ponimau_staff WITH CHECK (app.can('admin'));
CREATE POLICY change ON settings FOR UPDATE TO ponimau_staff USING (app.can('admin')) WITH CHECK (app.can('admin'));

-- What happened, appended in the transaction it belongs to. No personal data: ids and codes. Nobody may change or delete a row.
CREATE TABLE audit_entries (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at         timestamptz NOT NULL,
  actor_id   uuid,
  actor_role text        NOT NULL,
  action     text        NOT NULL,
  subject_id uuid,                    -- the person whose record it is
  resource   text,                    -- e.g. appointment:0190...
  detail     jsonb       NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_by_subject ON audit_entries (subject_id, id DESC); -- "who opened my record"
CREATE INDEX audit_by_actor ON audit_entries (actor_id, id DESC);     -- the audit page
-- The hash chain over entries, written by one sealing job a moment later (docs/decisions/0004): h(n) = SHA-256(h(n-1) || n || entry).
CREATE TABLE audit_seals (
  sequence  bigint      PRIMARY KEY,
  entry_id  bigint      NOT NULL UNIQUE REFERENCES audit_entries,
  hash      bytea       NOT NULL,
  sealed_at timestamptz NOT NULL
);
CREATE FUNCTION app.refuse_change() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER seals_append_only BEFORE UPDATE OR DELETE ON audit_seals FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER seals_no_truncate BEFORE TRUNCATE ON audit_seals FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
CALL app.guard('audit_entries');
CALL app.guard('audit_seals');
GRANT INSERT ON audit_entries TO ponimau_anonymous, ponimau_employee, ponimau_specialist, ponimau_staff;
GRANT SELECT ON audit_entries TO ponimau_employee, ponimau_specialist, ponimau_staff;
GRANT SELECT ON audit_seals TO ponimau_staff;
CREATE POLICY append ON audit_entries FOR INSERT TO ponimau_anonymous, ponimau_employee, ponimau_specialist, ponimau_staff
  WITH CHECK (actor_id IS NOT DISTINCT FROM app.me());
CREATE POLICY about_me ON audit_entries FOR SELECT TO ponimau_employee, ponimau_specialist USING (subject_id = app.me());
CREATE POLICY auditors ON audit_entries FOR SELECT TO ponimau_staff USING (app.can('auditor', 'admin'));
CREATE POLICY auditors ON audit_seals FOR SELECT TO ponimau_staff USING (app.can('auditor', 'admin'));
