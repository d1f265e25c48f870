-- Slices: sessions, chat, notes, assessments, compliance. What happens in and after a consultation. Every content column is sealed.
CREATE TABLE call_rooms (
  appointment_id uuid        PRIMARY KEY REFERENCES appointments,
  room           text        NOT NULL UNIQUE, -- 128 random bits, unrelated to any id
  provider       text        NOT NULL,
  opened_at      timestamptz NOT NULL,
  ends_at        timestamptz NOT NULL, -- moves when the specialist extends
  ended_at       timestamptz,
  ended_by       text
);
-- The join log, from which "held" or "no-show of whom" is decided (domain::sessions::outcome). Append-only.
CREATE TABLE call_events (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  appointment_id uuid        NOT NULL REFERENCES appointments,
  party          text        NOT NULL CHECK (party IN ('employee', 'specialist')),
  kind           text        NOT NULL CHECK (kind IN ('joined', 'seen', 'connected', 'left')),
  at             timestamptz NOT NULL
);
CREATE INDEX call_events_of ON call_events (appointment_id, id);
-- Signalling between the two browsers, resumable by position; sealed, and deleted when the call ends.
CREATE UNLOGGED TABLE call_signals (
  appointment_id uuid        NOT NULL,
  position       bigint      NOT NULL,
  from_party     text        NOT NULL,
  body           bytea       NOT NULL,
  at             timestamptz NOT NULL,
  PRIMARY KEY (appointment_id, position)
);
CREATE INDEX call_signals_age ON call_signals (at); -- the sweep
CREATE TABLE session_outcomes (
  appointment_id uuid        PRIMARY KEY REFERENCES appointments,
  outcome        text        NOT NULL CHECK (outcome IN ('held', 'employee_absent', 'specialist_absent', 'both_absent', 'technical')),
  decided_by     text        NOT NULL, -- rule or operator
  decided_at     timestamptz NOT NULL
);
CREATE TABLE threads (
  id            uuid        PRIMARY KEY,
  employee_id   uuid        NOT NULL REFERENCES people,
  specialist_id uuid        NOT NULL REFERENCES specialists,
  last_at       timestamptz,
  created_at    timestamptz NOT NULL,
  UNIQUE (employee_id, specialist_id)
);
CREATE INDEX threads_of_specialist ON threads (specialist_id, last_at DESC);
CREATE TABLE messages (
  id         uuid        PRIMARY KEY,
  thread_id  uuid        NOT NULL REFERENCES threads,
  number     bigint      NOT NULL, -- 1, 2, 3 … within the thread
  author_id  uuid        NOT NULL REFERENCES people,
  sealed     bytea       NOT NULL, -- by the employee's data key
  sent_at    timestamptz NOT NULL,
  read_at    timestamptz,
  UNIQUE (thread_id, number)
);
CREATE INDEX messages_unread ON messages (thread_id, author_id) WHERE read_at IS NULL; -- the count on the list of threads
-- A specialist's notes on a client, and a person's own notes. Sealed by the employee's data key.
CREATE TABLE session_notes (
  id             uuid        PRIMARY KEY,
  appointment_id uuid        NOT NULL REFERENCES appointments,
  employee_id    uuid        NOT NULL REFERENCES people,
  author_id      uuid        NOT NULL REFERENCES people,
  is_clinical    boolean     NOT NULL,
  sealed         bytea       NOT NULL,
  version        int         NOT NULL DEFAULT 1,
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  UNIQUE (appointment_id, author_id)
);
CREATE INDEX session_notes_about ON session_notes (employee_id, author_id);
-- Answers to a category's questions and chosen topics ("what brings you here"), sealed by the employee's data key.
CREATE TABLE intakes (
  employee_id uuid        NOT NULL REFERENCES people,
  category_id uuid        NOT NULL REFERENCES categories,
  sealed      bytea       NOT NULL,
  updated_at  timestamptz NOT NULL,
  PRIMARY KEY (employee_id, category_id)
);
CREATE TABLE ratings (
  appointment_id uuid        PRIMARY KEY REFERENCES appointments,
  specialist_id  uuid        NOT NULL REFERENCES specialists,
  employee_id    uuid        NOT NULL REFERENCES people,
  stars          int         NOT NULL CHECK (stars BETWEEN 1 AND 5),
  comment_sealed bytea,
  created_at     timestamptz NOT NULL
);
CREATE INDEX ratings_of ON ratings (specialist_id);
CREATE FUNCTION app.sum_rating() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE specialists SET rating_stars = rating_stars + NEW.stars, rating_count = rating_count + 1 WHERE person_id = NEW.specialist_id;
  RETURN NULL;
END $$;
ALTER FUNCTION app.sum_rating OWNER TO ponimau_system;
CREATE TRIGGER sum_rating AFTER INSERT ON ratings FOR EACH ROW EXECUTE FUNCTION app.sum_rating();
-- Answers to the safety questions about a specialist, for the operator's safety role alone.
CREATE TABLE safety_reports (
  id             uuid        PRIMARY KEY,
  appointment_id uuid        NOT NULL UNIQUE REFERENCES appointments,
  specialist_id  uuid        NOT NULL REFERENCES specialists,
  employee_id    uuid        NOT NULL REFERENCES people,
  is_flagged     boolean     NOT NULL,
  sealed         bytea       NOT NULL,
  state          text        NOT NULL CHECK (state IN ('open', 'in_review', 'closed')),
  handled_by     uuid        REFERENCES people,
  resolution_sealed bytea,
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL
);
CREATE INDEX safety_open ON safety_reports (created_at) WHERE state <> 'closed'; -- the safety role's queue
-- A consent is one document for one purpose: which version and language was shown, when given, when withdrawn.
CREATE TABLE consents (
  id           uuid        PRIMARY KEY,
  person_id    uuid        NOT NULL REFERENCES people,
  purpose      text        NOT NULL,
  version      text        NOT NULL,
  language     text        NOT NULL,
  text_hash    bytea       NOT NULL,
  given_at     timestamptz NOT NULL,
  withdrawn_at timestamptz
);
CREATE UNIQUE INDEX consents_in_force ON consents (person_id, purpose) WHERE withdrawn_at IS NULL;

CALL app.guard('call_rooms');
CALL app.guard('call_events');
CALL app.guard('call_signals');
CALL app.guard('session_outcomes');
CALL app.guard('threads');
CALL app.guard('messages');
CALL app.guard('session_notes');
CALL app.guard('intakes');
CALL app.guard('ratings');
CALL app.guard('safety_reports');
CALL app.guard('consents');

CREATE TRIGGER call_events_append_only BEFORE UPDATE OR DELETE ON call_events FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

-- Whoever cancels or moves an appointment, from wherever: nobody stays in its room. Each node that runs a relay listens.
CREATE FUNCTION app.clear_room() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE name text;
BEGIN
  UPDATE call_rooms SET ended_at = NEW.canceled_at, ended_by = 'cancellation' WHERE appointment_id = NEW.id AND ended_at IS NULL RETURNING room INTO name;
  DELETE FROM call_signals WHERE appointment_id = NEW.id;
  IF name IS NOT NULL THEN PERFORM pg_notify('rooms', name); END IF;
  RETURN NULL;
END $$;
ALTER FUNCTION app.clear_room OWNER TO ponimau_system;
CREATE TRIGGER canceled_rooms_close AFTER UPDATE OF status ON appointments FOR EACH ROW
  WHEN (NEW.status = 'canceled' AND OLD.status <> 'canceled') EXECUTE FUNCTION app.clear_room();

-- Each policy below leans on the appointment's own: who does not see the appointment sees nothing that hangs on it.
GRANT SELECT, INSERT, UPDATE ON call_rooms TO ponimau_employee, ponimau_specialist;
GRANT SELECT, INSERT ON call_events TO ponimau_employee, ponimau_specialist;
GRANT SELECT, INSERT, DELETE ON call_signals TO ponimau_employee, ponimau_specialist;
GRANT SELECT ON session_outcomes TO ponimau_employee, ponimau_specialist, ponimau_staff;
GRANT INSERT, UPDATE ON session_outcomes TO ponimau_staff;
GRANT SELECT ON call_rooms, call_events TO ponimau_staff;
CREATE POLICY booked_two ON call_rooms TO ponimau_employee, ponimau_specialist
  USING (EXISTS (SELECT FROM appointments a WHERE a.id = appointment_id)) WITH CHECK (EXISTS (SELECT FROM appointments a WHERE a.id = appointment_id));
CREATE POLICY booked_two ON call_events TO ponimau_employee, ponimau_specialist
  USING (EXISTS (SELECT FROM appointments a WHERE a.id = appointment_id)) WITH CHECK (EXISTS (SELECT FROM appointments a WHERE a.id = appointment_id));
CREATE POLICY booked_two ON call_signals TO ponimau_employee, ponimau_specialist
  USING (EXISTS (SELECT FROM appointments a WHERE a.id = appointment_id)) WITH CHECK (EXISTS (SELECT FROM appointments a WHERE a.id = appointment_id));
CREATE POLICY booked_two ON session_outcomes FOR SELECT TO ponimau_employee, ponimau_specialist USING (EXISTS (SELECT FROM appointments a WHERE a.id = appointment_id));
CREATE POLICY support ON call_rooms FOR SELECT TO ponimau_staff USING (app.can('support', 'admin'));
CREATE POLICY support ON call_events FOR SELECT TO ponimau_staff USING (app.can('support', 'admin'));
CREATE POLICY support ON session_outcomes TO ponimau_staff USING (app.can('support', 'admin')) WITH CHECK (app.can('support', 'admin'));

-- Content: the two people, nobody of the staff at all (no grant).
GRANT SELECT, INSERT ON threads, messages TO ponimau_employee, ponimau_specialist;
GRANT UPDATE (last_at) ON threads TO ponimau_employee, ponimau_specialist;   -- FOR UPDATE needs it: numbers are given under the thread's row lock
GRANT UPDATE (read_at) ON messages TO ponimau_employee, ponimau_specialist;  -- what was said stays as it was said
CREATE POLICY mine ON threads TO ponimau_employee USING (employee_id = app.me())
  WITH CHECK (employee_id = app.me() AND EXISTS (SELECT FROM appointments a WHERE a.employee_id = app.me() AND a.specialist_id = threads.specialist_id
                                                 AND a.status IN ('booked', 'completed', 'canceled')));
CREATE POLICY with_me ON threads TO ponimau_specialist USING (specialist_id = app.me())
  WITH CHECK (specialist_id = app.me() AND EXISTS (SELECT FROM appointments a WHERE a.employee_id = threads.employee_id AND a.specialist_id = app.me()));
CREATE POLICY of_thread ON messages FOR SELECT TO ponimau_employee, ponimau_specialist USING (EXISTS (SELECT FROM threads t WHERE t.id = thread_id));
CREATE POLICY say ON messages FOR INSERT TO ponimau_employee, ponimau_specialist
  WITH CHECK (author_id = app.me() AND EXISTS (SELECT FROM threads t WHERE t.id = thread_id));
CREATE POLICY hear ON messages FOR UPDATE TO ponimau_employee, ponimau_specialist
  USING (author_id <> app.me() AND EXISTS (SELECT FROM threads t WHERE t.id = thread_id)) WITH CHECK (author_id <> app.me());
GRANT SELECT, INSERT, DELETE ON session_notes TO ponimau_employee, ponimau_specialist;
GRANT UPDATE (sealed, version, updated_at) ON session_notes TO ponimau_employee, ponimau_specialist;
CREATE POLICY author ON session_notes TO ponimau_employee, ponimau_specialist USING (author_id = app.me())
  WITH CHECK (author_id = app.me() AND EXISTS (SELECT FROM appointments a WHERE a.id = appointment_id AND a.employee_id = session_notes.employee_id));
GRANT SELECT, INSERT, UPDATE, DELETE ON intakes TO ponimau_employee;
CREATE POLICY mine ON intakes TO ponimau_employee USING (employee_id = app.me()) WITH CHECK (employee_id = app.me());
-- A specialist reads the intake of a person who booked them in that category.
GRANT SELECT ON intakes TO ponimau_specialist;
CREATE POLICY booked ON intakes FOR SELECT TO ponimau_specialist
  USING (EXISTS (SELECT FROM appointments a WHERE a.employee_id = intakes.employee_id AND a.category_id = intakes.category_id
                 AND a.specialist_id = app.me() AND a.status IN ('booked', 'completed')));
-- Reading what was sealed with the client's key needs that wrapped key: only of people who booked this specialist.
CREATE POLICY clients ON data_keys FOR SELECT TO ponimau_specialist
  USING (EXISTS (SELECT FROM appointments a WHERE a.employee_id = data_keys.person_id AND a.specialist_id = app.me()));

GRANT SELECT, INSERT ON ratings TO ponimau_employee;
CREATE POLICY mine ON ratings TO ponimau_employee USING (employee_id = app.me())
  WITH CHECK (employee_id = app.me()
              AND EXISTS (SELECT FROM appointments a WHERE a.id = appointment_id AND a.specialist_id = ratings.specialist_id AND a.status = 'completed'));
-- What people wrote for a specialist, once there are too many for anyone to be told by it. The ids open the text and go no further.
CREATE FUNCTION app.comments_on_me() RETURNS TABLE (employee_id uuid, appointment_id uuid, sealed bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT r.employee_id, r.appointment_id, r.comment_sealed
  FROM ratings r JOIN specialists s ON s.person_id = r.specialist_id
  WHERE r.specialist_id = app.me() AND s.rating_count >= 5 AND r.comment_sealed IS NOT NULL
  ORDER BY r.created_at DESC LIMIT 100
$$;
ALTER FUNCTION app.comments_on_me OWNER TO ponimau_system;
REVOKE EXECUTE ON FUNCTION app.comments_on_me FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.comments_on_me TO ponimau_specialist;
GRANT INSERT ON safety_reports TO ponimau_employee;
CREATE POLICY mine ON safety_reports FOR INSERT TO ponimau_employee
  WITH CHECK (employee_id = app.me() AND EXISTS (SELECT FROM appointments a
              WHERE a.id = appointment_id AND a.specialist_id = safety_reports.specialist_id AND a.status = 'completed'));
-- The person who answered cannot read the answers back (a phone is looked at by others), only that they were given.
CREATE FUNCTION app.is_safety_answered(appointment uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT EXISTS (SELECT FROM safety_reports r WHERE r.appointment_id = appointment AND r.employee_id = app.me()) $$;
ALTER FUNCTION app.is_safety_answered OWNER TO ponimau_system;
GRANT SELECT ON safety_reports TO ponimau_staff;
GRANT UPDATE (state, handled_by, resolution_sealed, updated_at) ON safety_reports TO ponimau_staff; -- what was reported stays as it was reported
CREATE POLICY safety ON safety_reports TO ponimau_staff USING (app.can('safety')) WITH CHECK (app.can('safety'));

GRANT SELECT, INSERT, UPDATE ON consents TO ponimau_employee, ponimau_specialist;
CREATE POLICY mine ON consents TO ponimau_employee, ponimau_specialist USING (person_id = app.me()) WITH CHECK (person_id = app.me());
-- The safety role reads a report with the key of the person who wrote it; each reading is audited.
CREATE POLICY safety ON data_keys FOR SELECT TO ponimau_staff
  USING (app.can('safety') AND EXISTS (SELECT FROM safety_reports r WHERE r.employee_id = data_keys.person_id));
