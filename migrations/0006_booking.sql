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
  booked_at         timestamptz,
  moved_from        timestamptz, -- the start before the last move; a move keeps the row, so the links, the calendar entry and the quota stay
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
  CHECK (booked_at IS NULL OR status IN ('booked', 'completed', 'canceled')), -- a hold given back is 'expired', and nobody else's business
  CHECK ((status = 'canceled') = (canceled_at IS NOT NULL))
);
-- Two guards. The unique key is the fast arbiter when many want one start (plain inserts against an exclusion constraint deadlock);
-- the exclusion constraints hold for every overlap. Insert with ON CONFLICT DO NOTHING RETURNING: no row means taken.
CREATE UNIQUE INDEX one_start ON appointments (specialist_id, starts_at) WHERE status IN ('held', 'booked');
ALTER TABLE appointments ADD CONSTRAINT specialist_is_free
  EXCLUDE USING gist (specialist_id WITH =, blocked WITH &&) WHERE (status IN ('held', 'booked'));
ALTER TABLE appointments ADD CONSTRAINT employee_is_free
  EXCLUDE USING gist (employee_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (status IN ('held', 'booked'));
-- Whoever holds a time gives back the one held before. What the waiting list offers is held besides.
CREATE UNIQUE INDEX one_hold ON appointments (employee_id) WHERE status = 'held' AND NOT is_offer;
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
CREATE INDEX quota_entries_for ON quota_entries (appointment_id, id DESC); -- the last entry of an appointment
-- The entries of an appointment take turns: hold, then release or confirm; a confirmed one may be refunded; a released one held again (moved into
-- another contract year). Whatever a caller believes, a session is neither used nor returned twice.
CREATE FUNCTION app.check_quota_turn() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE last text;
BEGIN
  IF (NEW.kind = 'grant') <> (NEW.appointment_id IS NULL) THEN
    RAISE EXCEPTION 'a grant has no appointment, everything else has one' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.kind = 'grant' THEN RETURN NEW; END IF;
  -- One after the other: the next statement sees what the holder of the lock has committed.
  PERFORM FROM quota_balances b
  WHERE b.employee_id = NEW.employee_id AND b.contract_id = NEW.contract_id AND b.category_id = NEW.category_id AND b.year_start = NEW.year_start
  FOR NO KEY UPDATE;
  SELECT e.kind INTO last FROM quota_entries e WHERE e.appointment_id = NEW.appointment_id ORDER BY e.id DESC LIMIT 1;
  IF NOT (CASE NEW.kind
            WHEN 'hold'   THEN last IS NULL OR last = 'release'
            WHEN 'refund' THEN coalesce(last = 'confirm', false)
            ELSE coalesce(last = 'hold', false)
          END) THEN
    RAISE EXCEPTION '% after % is out of turn', NEW.kind, coalesce(last, 'nothing') USING ERRCODE = 'unique_violation', CONSTRAINT = 'quota_in_turn';
  END IF;
  RETURN NEW;
END $$;
ALTER FUNCTION app.check_quota_turn OWNER TO ponimau_system;
CREATE TRIGGER quota_in_turn BEFORE INSERT ON quota_entries FOR EACH ROW EXECUTE FUNCTION app.check_quota_turn();
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
CREATE INDEX waiting_offered ON waiting_entries (appointment_id) WHERE status = 'offered'; -- what becomes of an offer
CREATE UNIQUE INDEX waiting_once ON waiting_entries (employee_id, category_id, coalesce(specialist_id, '00000000-0000-0000-0000-000000000000'))
  WHERE status IN ('waiting', 'offered');
-- What becomes of an offered hold becomes of the place on the list, whoever ends the hold.
CREATE FUNCTION app.end_offer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE waiting_entries SET
    status         = CASE NEW.status WHEN 'booked' THEN 'booked' ELSE 'waiting' END,
    offers_missed  = offers_missed + CASE NEW.status WHEN 'booked' THEN 0 ELSE 1 END,
    appointment_id = CASE NEW.status WHEN 'booked' THEN appointment_id END
  WHERE appointment_id = NEW.id AND status = 'offered';
  RETURN NULL;
END $$;
ALTER FUNCTION app.end_offer OWNER TO ponimau_system;
CREATE TRIGGER end_offer AFTER UPDATE OF status ON appointments FOR EACH ROW
  WHEN (OLD.is_offer AND OLD.status = 'held' AND NEW.status <> 'held') EXECUTE FUNCTION app.end_offer();
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
-- Refuses whoever has nothing to do with an appointment: for functions that act for the two whose it is, the operator's support and the system.
CREATE FUNCTION app.require_part_in(appointment uuid) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE actor text := current_setting('role');
BEGIN
  PERFORM FROM appointments a WHERE a.id = appointment
    AND (actor = 'ponimau_system' OR (actor = 'ponimau_staff' AND app.can('support', 'admin'))
         OR (actor IN ('ponimau_employee', 'ponimau_specialist') AND app.me() IN (a.employee_id, a.specialist_id)));
  IF NOT FOUND THEN RAISE EXCEPTION 'no part in it' USING ERRCODE = 'insufficient_privilege'; END IF;
END $$;
ALTER FUNCTION app.require_part_in OWNER TO ponimau_system;
-- Writes what becomes of an appointment's session of the benefit: release, confirm or refund, wherever it is held. A specialist may thus give back
-- what they may not read.
CREATE FUNCTION app.settle_quota(appointment uuid, step text, why text, now_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM app.require_part_in(appointment);
  INSERT INTO quota_entries (employee_id, contract_id, category_id, year_start, kind, amount, appointment_id, reason, at)
  SELECT q.employee_id, q.contract_id, q.category_id, q.year_start, step, 1, appointment, why, now_at
  FROM quota_entries q WHERE q.appointment_id = appointment ORDER BY q.id DESC LIMIT 1;
END $$;
ALTER FUNCTION app.settle_quota OWNER TO ponimau_system;
-- The contract of the same company that decides about a session on another day, for a move; columns as the employee's own question has them.
CREATE FUNCTION app.covering_of(appointment uuid, day date, start timestamptz)
RETURNS TABLE (contract_id uuid, starts_on date, ends_on date, sessions_per_year int, balances json)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM app.require_part_in(appointment);
  RETURN QUERY
    SELECT c.id, c.starts_on, c.ends_on, cover.sessions_per_year,
           (SELECT coalesce(json_agg(json_build_object('year_start', b.year_start, 'granted', b.granted, 'held', b.held, 'used', b.used)), '[]')
            FROM quota_balances b WHERE b.employee_id = a.employee_id AND b.contract_id = c.id AND b.category_id = a.category_id)
    FROM appointments a
    JOIN contracts now_in ON now_in.id = a.contract_id
    JOIN contracts c ON c.company_id = now_in.company_id AND day BETWEEN c.starts_on AND c.ends_on AND (c.ended_at IS NULL OR c.ended_at > start)
    LEFT JOIN contract_coverage cover ON cover.contract_id = c.id AND cover.category_id = a.category_id
    WHERE a.id = appointment ORDER BY c.ended_at NULLS FIRST LIMIT 1;
END $$;
ALTER FUNCTION app.covering_of OWNER TO ponimau_system;
-- Sets an appointment's session aside in another contract year instead.
CREATE FUNCTION app.move_quota(appointment uuid, to_contract uuid, to_year date, to_grant int, now_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE a appointments;
BEGIN
  PERFORM app.settle_quota(appointment, 'release', 'moved', now_at);
  SELECT * INTO a FROM appointments WHERE id = appointment;
  INSERT INTO quota_balances (employee_id, contract_id, category_id, year_start)
  VALUES (a.employee_id, to_contract, a.category_id, to_year) ON CONFLICT DO NOTHING;
  IF to_grant <> 0 THEN
    INSERT INTO quota_entries (employee_id, contract_id, category_id, year_start, kind, amount, at)
    VALUES (a.employee_id, to_contract, a.category_id, to_year, 'grant', to_grant, now_at);
  END IF;
  INSERT INTO quota_entries (employee_id, contract_id, category_id, year_start, kind, amount, appointment_id, reason, at)
  VALUES (a.employee_id, to_contract, a.category_id, to_year, 'hold', 1, appointment, 'moved', now_at);
END $$;
ALTER FUNCTION app.move_quota OWNER TO ponimau_system;
-- The last step of an appointment's session of the benefit, and the account it is on: no more than whoever moves or cancels it must know.
CREATE FUNCTION app.last_quota_step(appointment uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT e.kind FROM quota_entries e WHERE e.appointment_id = appointment ORDER BY e.id DESC LIMIT 1 $$;
ALTER FUNCTION app.last_quota_step OWNER TO ponimau_system;
CREATE FUNCTION app.quota_year_of(appointment uuid) RETURNS TABLE (contract_id uuid, year_start date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT e.contract_id, e.year_start FROM quota_entries e WHERE e.appointment_id = appointment ORDER BY e.id DESC LIMIT 1 $$;
ALTER FUNCTION app.quota_year_of OWNER TO ponimau_system;
-- Takes the person's turn until the transaction ends: two tabs hold, move and open a year's balance one after the other.
CREATE FUNCTION app.take_turn(employee uuid) RETURNS void LANGUAGE sql AS
  $$ SELECT pg_advisory_xact_lock(hashtextextended('booking', 0) # hashtextextended(employee::text, 0)) $$;
-- Ends what the person holds besides offers, and says when it was: whoever holds another time gives back the one before.
CREATE FUNCTION app.give_back_holds(employee uuid, now_at timestamptz) RETURNS TABLE (specialist_id uuid, starts_at timestamptz, ends_at timestamptz)
LANGUAGE plpgsql AS $$
DECLARE gone appointments;
BEGIN
  FOR gone IN UPDATE appointments a SET status = 'expired' WHERE a.employee_id = employee AND a.status = 'held' AND NOT a.is_offer RETURNING a.* LOOP
    PERFORM app.settle_quota(gone.id, 'release', 'given_back', now_at);
    RETURN QUERY SELECT gone.specialist_id, gone.starts_at, gone.ends_at;
  END LOOP;
END $$;
-- Frees overdue holds of one specialist (by whomever), with their quota, in the caller's transaction, and says when they were. Those that another
-- transaction is at are its own business.
CREATE FUNCTION app.expire_holds(specialist uuid, now_at timestamptz) RETURNS TABLE (starts_at timestamptz, ends_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE gone appointments;
BEGIN
  FOR gone IN
    UPDATE appointments a SET status = 'expired' WHERE a.id IN (
      SELECT h.id FROM appointments h
      WHERE h.specialist_id = specialist AND h.status = 'held' AND h.hold_expires_at <= now_at ORDER BY h.id FOR UPDATE SKIP LOCKED)
    RETURNING a.*
  LOOP
    INSERT INTO quota_entries (employee_id, contract_id, category_id, year_start, kind, amount, appointment_id, reason, at)
    SELECT q.employee_id, q.contract_id, q.category_id, q.year_start, 'release', 1, gone.id, 'hold_expired', now_at
    FROM quota_entries q WHERE q.appointment_id = gone.id ORDER BY q.id DESC LIMIT 1;
    RETURN QUERY SELECT gone.starts_at, gone.ends_at;
  END LOOP;
END $$;
ALTER FUNCTION app.expire_holds OWNER TO ponimau_system;
-- Whether a start is taken, and whether the asking person's command is known already: asked before a transaction is begun, so that of ten thousand who
-- want one start all but a few are answered by one look at an index. Says nothing that the list of free times does not.
CREATE FUNCTION app.is_start_taken(actor uuid, command_key text, specialist uuid, start timestamptz, now_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM appointments a
                 WHERE a.specialist_id = specialist AND a.starts_at = start AND a.status IN ('held', 'booked')
                   AND (a.status = 'booked' OR a.hold_expires_at > now_at) AND a.employee_id <> actor)
     AND NOT EXISTS (SELECT FROM idempotency_keys k WHERE k.actor_id = actor AND k.key = command_key)
$$;
ALTER FUNCTION app.is_start_taken OWNER TO ponimau_system;
GRANT EXECUTE ON FUNCTION app.is_start_taken TO ponimau_app;

-- A specialist sees the chosen name of a person who has booked them, and nothing else of that person.
CREATE POLICY clients ON people FOR SELECT TO ponimau_specialist
  USING (kind = 'employee' AND EXISTS (SELECT FROM appointments a WHERE a.employee_id = people.id AND a.specialist_id = app.me()));
-- And a person sees the name and card of whoever they have met, also when the card is no longer public.
CREATE POLICY met ON people FOR SELECT TO ponimau_employee
  USING (kind = 'specialist' AND id IN (SELECT a.specialist_id FROM appointments a WHERE a.employee_id = app.me()));
CREATE POLICY met ON specialists FOR SELECT TO ponimau_employee
  USING (person_id IN (SELECT a.specialist_id FROM appointments a WHERE a.employee_id = app.me()));
