-- Slice: booking. Appointments (holds included), the quota ledger, the waiting list. The constraints here decide; everything in memory only proposes.
CREATE TABLE appointments (
  id                uuid        PRIMARY KEY,
  specialist_id     uuid        NOT NULL REFERENCES specialists,
  employee_id       uuid        NOT NULL REFERENCES people,
  category_id       uuid        NOT NULL REFERENCES categories,
  contract_id       uuid        NOT NULL REFERENCES contracts,
  status            text        NOT NULL CHECK (status IN ('held', 'booked', 'completed', 'canceled', 'expired')),
  format            text        NOT NULL CHECK (format IN ('video', 'audio', 'chat')),
  starts_at         timestamptz NOT NULL,
  ends_at           timestamptz NOT NULL,
  buffer_before_min int         NOT NULL CHECK (buffer_before_min >= 0),
  buffer_after_min  int         NOT NULL CHECK (buffer_after_min >= 0),
  blocked           tstzrange   NOT NULL, -- the visit and what of its buffers no other visit may touch (domain::booking::blocked)
  hold_expires_at   timestamptz,
  rescheduled_from  uuid        REFERENCES appointments,
  is_offer          boolean     NOT NULL DEFAULT false, -- a hold made for somebody on the waiting list
  cancel_free_until timestamptz NOT NULL, -- the rule as it was shown when booking
  canceled_at       timestamptz,
  canceled_by       text        CHECK (canceled_by IN ('employee', 'specialist', 'operator', 'system')),
  cancel_counted    boolean,    -- whether the session counts as used
  ical_sequence     int         NOT NULL DEFAULT 0, -- RFC 5545 SEQUENCE
  created_at        timestamptz NOT NULL,
  CHECK (ends_at > starts_at),
  CHECK (blocked @> tstzrange(starts_at, ends_at)),
  CHECK ((status = 'held') <= (hold_expires_at IS NOT NULL)),
  CHECK ((status = 'canceled') = (canceled_at IS NOT NULL))
);
-- Two guards. The unique key is the fast arbiter when many want one start (plain inserts against an exclusion constraint deadlock);
-- the exclusion constraints hold for every overlap. Insert with ON CONFLICT DO NOTHING RETURNING: no row means taken.
CREATE UNIQUE INDEX one_start ON appointments (specialist_id, starts_at) WHERE status IN ('held', 'booked');
ALTER TABLE appointments ADD CONSTRAINT specialist_is_free
  EXCLUDE USING gist (specialist_id WITH =, blocked WITH &&) WHERE (status IN ('held', 'booked'));
ALTER TABLE appointments ADD CONSTRAINT employee_is_free
  EXCLUDE USING gist (employee_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (status IN ('held', 'booked'));
CREATE INDEX appointments_by_specialist ON appointments (specialist_id, starts_at) INCLUDE (ends_at, status); -- busy times, calendar
CREATE INDEX appointments_by_employee ON appointments (employee_id, starts_at DESC);                        -- "my sessions"
CREATE INDEX appointments_by_time ON appointments (starts_at) WHERE status IN ('booked', 'completed');      -- the operator's day
CREATE INDEX holds_to_expire ON appointments (hold_expires_at) WHERE status = 'held';                        -- the sweep

-- What each person has of a benefit: append-only entries, summed by the database, which refuses an overdraft.
CREATE TABLE quota_balances (
  employee_id uuid NOT NULL REFERENCES people,
  contract_id uuid NOT NULL REFERENCES contracts,
  category_id uuid NOT NULL REFERENCES categories,
  year_start  date NOT NULL, -- first day of the contract year
  granted     int  NOT NULL DEFAULT 0,
  held        int  NOT NULL DEFAULT 0,
  used        int  NOT NULL DEFAULT 0,
  PRIMARY KEY (employee_id, contract_id, category_id, year_start),
  CONSTRAINT quota_is_enough CHECK (held >= 0 AND used >= 0 AND held + used <= granted)
);
CREATE TABLE quota_entries (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  employee_id    uuid        NOT NULL,
  contract_id    uuid        NOT NULL,
  category_id    uuid        NOT NULL,
  year_start     date        NOT NULL,
  kind           text        NOT NULL CHECK (kind IN ('grant', 'hold', 'release', 'confirm', 'refund')),
  amount         int         NOT NULL CHECK (amount <> 0 AND (kind = 'grant' OR amount = 1)),
  appointment_id uuid        REFERENCES appointments,
  reason         text        NOT NULL DEFAULT '',
  at             timestamptz NOT NULL,
  FOREIGN KEY (employee_id, contract_id, category_id, year_start) REFERENCES quota_balances
);
CREATE INDEX quota_entries_of ON quota_entries (employee_id, id DESC);
-- An appointment is held, confirmed, released or refunded at most once.
CREATE UNIQUE INDEX quota_once ON quota_entries (appointment_id, kind) WHERE appointment_id IS NOT NULL;
CREATE TRIGGER quota_append_only BEFORE UPDATE OR DELETE ON quota_entries FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
-- hold: one of what is left is set aside · release: it returns · confirm: the held one counts as used · refund: a used one returns
CREATE FUNCTION app.apply_quota_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE quota_balances b SET
    granted = granted + CASE NEW.kind WHEN 'grant' THEN NEW.amount ELSE 0 END,
    held    = held    + CASE NEW.kind WHEN 'hold' THEN 1 WHEN 'release' THEN -1 WHEN 'confirm' THEN -1 ELSE 0 END,
    used    = used    + CASE NEW.kind WHEN 'confirm' THEN 1 WHEN 'refund' THEN -1 ELSE 0 END
  WHERE b.employee_id = NEW.employee_id AND b.contract_id = NEW.contract_id AND b.category_id = NEW.category_id AND b.year_start = NEW.year_start;
  RETURN NEW;
END $$;
ALTER FUNCTION app.apply_quota_entry OWNER TO ponimau_system;
CREATE TRIGGER quota_applies AFTER INSERT ON quota_entries FOR EACH ROW EXECUTE FUNCTION app.apply_quota_entry();

CREATE TABLE waiting_entries (
  id             uuid        PRIMARY KEY,
  employee_id    uuid        NOT NULL REFERENCES people,
  category_id    uuid        NOT NULL REFERENCES categories,
  specialist_id  uuid        REFERENCES specialists, -- absent: anyone who fits
  length_min     int         NOT NULL,
  format         text        NOT NULL CHECK (format IN ('video', 'audio', 'chat')),
  language       text,
  gender         text,
  before         timestamptz NOT NULL, -- a time earlier than this is wanted
  status         text        NOT NULL CHECK (status IN ('waiting', 'offered', 'booked', 'left', 'expired')),
  appointment_id uuid        REFERENCES appointments, -- the hold now offered
  offers_missed  int         NOT NULL DEFAULT 0,
  created_at     timestamptz NOT NULL
);
CREATE INDEX waiting_in_order ON waiting_entries (category_id, created_at) WHERE status = 'waiting'; -- who is offered a freed time
CREATE INDEX waiting_of ON waiting_entries (employee_id);
CREATE UNIQUE INDEX waiting_once ON waiting_entries (employee_id, category_id, coalesce(specialist_id, '00000000-0000-0000-0000-000000000000'))
  WHERE status IN ('waiting', 'offered');
-- Whom a person keeps close.
CREATE TABLE favourites (
  employee_id   uuid        NOT NULL REFERENCES people,
  specialist_id uuid        NOT NULL REFERENCES specialists,
  created_at    timestamptz NOT NULL,
  PRIMARY KEY (employee_id, specialist_id)
);

CALL app.guard('appointments');
CALL app.guard('quota_balances');
CALL app.guard('quota_entries');
CALL app.guard('waiting_entries');
CALL app.guard('favourites');

GRANT SELECT, INSERT, UPDATE ON appointments TO ponimau_employee, ponimau_staff;
GRANT SELECT, UPDATE ON appointments TO ponimau_specialist;
CREATE POLICY mine ON appointments TO ponimau_employee USING (employee_id = app.me()) WITH CHECK (employee_id = app.me());
-- A hold is nobody's business but its owner's: the specialist sees the time as busy, not by whom.
CREATE POLICY booked_with_me ON appointments TO ponimau_specialist
  USING (specialist_id = app.me() AND (status IN ('booked', 'completed') OR (status = 'canceled')))
  WITH CHECK (specialist_id = app.me());
CREATE POLICY support ON appointments TO ponimau_staff USING (app.can('support', 'admin', 'safety')) WITH CHECK (app.can('support', 'admin'));

GRANT SELECT, INSERT ON quota_balances, quota_entries TO ponimau_employee, ponimau_staff;
CREATE POLICY mine ON quota_balances TO ponimau_employee USING (employee_id = app.me()) WITH CHECK (employee_id = app.me());
CREATE POLICY support ON quota_balances TO ponimau_staff USING (app.can('support', 'admin')) WITH CHECK (app.can('support', 'admin'));
CREATE POLICY mine ON quota_entries TO ponimau_employee USING (employee_id = app.me()) WITH CHECK (employee_id = app.me());
CREATE POLICY support ON quota_entries TO ponimau_staff USING (app.can('support', 'admin')) WITH CHECK (app.can('support', 'admin'));
-- A balance starts empty: only entries fill it.
CREATE FUNCTION app.start_empty() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN NEW.granted := 0; NEW.held := 0; NEW.used := 0; RETURN NEW; END $$;
CREATE TRIGGER starts_empty BEFORE INSERT ON quota_balances FOR EACH ROW EXECUTE FUNCTION app.start_empty();
-- A specialist's cancellation gives the session back.
GRANT INSERT ON quota_entries TO ponimau_specialist;
CREATE POLICY give_back ON quota_entries FOR INSERT TO ponimau_specialist
  WITH CHECK (kind IN ('release', 'refund') AND EXISTS (SELECT FROM appointments a WHERE a.id = appointment_id AND a.specialist_id = app.me()));

GRANT SELECT, INSERT, UPDATE ON waiting_entries TO ponimau_employee;
CREATE POLICY mine ON waiting_entries TO ponimau_employee USING (employee_id = app.me()) WITH CHECK (employee_id = app.me());
GRANT SELECT ON waiting_entries TO ponimau_staff;
CREATE POLICY support ON waiting_entries FOR SELECT TO ponimau_staff USING (app.can('support', 'admin'));
GRANT SELECT, INSERT, DELETE ON favourites TO ponimau_employee;
CREATE POLICY mine ON favourites TO ponimau_employee USING (employee_id = app.me()) WITH CHECK (employee_id = app.me());

-- When a specialist is taken, without by whom: what computing and booking free times may know.
CREATE FUNCTION app.taken(specialist uuid, from_at timestamptz, to_at timestamptz)
RETURNS TABLE (id uuid, starts_at timestamptz, ends_at timestamptz, buffer_before_min int, buffer_after_min int, hold_expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  -- An appointment is at most 8 hours long: bounds the scan of the b-tree on the start.
  SELECT a.id, a.starts_at, a.ends_at, a.buffer_before_min, a.buffer_after_min,
         CASE WHEN a.status = 'held' THEN a.hold_expires_at END
  FROM appointments a
  WHERE a.specialist_id = specialist AND a.starts_at >= from_at - interval '12 hours' AND a.starts_at < to_at
    AND a.ends_at > from_at - interval '4 hours' AND a.status IN ('held', 'booked', 'completed')
$$;
ALTER FUNCTION app.taken OWNER TO ponimau_system;
-- Frees overdue holds of one specialist (by whomever), with their quota, in the caller's transaction.
CREATE FUNCTION app.expire_holds(specialist uuid, now_at timestamptz) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE freed int;
BEGIN
  WITH gone AS (
    UPDATE appointments SET status = 'expired'
    WHERE specialist_id = specialist AND status = 'held' AND hold_expires_at <= now_at
    RETURNING id
  ), back AS (
    INSERT INTO quota_entries (employee_id, contract_id, category_id, year_start, kind, amount, appointment_id, reason, at)
    SELECT q.employee_id, q.contract_id, q.category_id, q.year_start, 'release', 1, q.appointment_id, 'hold_expired', now_at
    FROM quota_entries q JOIN gone ON gone.id = q.appointment_id
    WHERE q.kind = 'hold'
      AND NOT EXISTS (SELECT FROM quota_entries r WHERE r.appointment_id = q.appointment_id AND r.kind IN ('release', 'confirm'))
  )
  SELECT count(*) INTO freed FROM gone;
  RETURN freed;
END $$;
ALTER FUNCTION app.expire_holds OWNER TO ponimau_system;

-- A specialist sees the chosen name of a person who has booked them, and nothing else of that person.
CREATE POLICY clients ON people FOR SELECT TO ponimau_specialist
  USING (kind = 'employee' AND EXISTS (SELECT FROM appointments a WHERE a.employee_id = people.id AND a.specialist_id = app.me()));
