-- Slice: scheduling. When a specialist works (wall clock in the specialist's zone), and calendars in and out. docs: formats of the slot engine.
CREATE TABLE schedules (
  specialist_id       uuid        PRIMARY KEY REFERENCES specialists,
  time_zone           text        NOT NULL,
  buffer_before_min   int         NOT NULL DEFAULT 0  CHECK (buffer_before_min BETWEEN 0 AND 240),
  buffer_after_min    int         NOT NULL DEFAULT 10 CHECK (buffer_after_min BETWEEN 0 AND 240),
  min_notice_min      int         NOT NULL DEFAULT 120 CHECK (min_notice_min BETWEEN 0 AND 43200),
  rolling_days        int         NOT NULL DEFAULT 30 CHECK (rolling_days BETWEEN 1 AND 180),
  max_per_day         int         CHECK (max_per_day BETWEEN 1 AND 48),
  max_per_week        int         CHECK (max_per_week BETWEEN 1 AND 200),
  max_minutes_per_day int         CHECK (max_minutes_per_day BETWEEN 15 AND 1440),
  version             bigint      NOT NULL DEFAULT 1 -- grows each time the specialist saves: two tabs cannot overwrite each other unseen
);
CREATE TABLE schedule_rules (
  id             uuid   PRIMARY KEY,
  specialist_id  uuid   NOT NULL REFERENCES schedules,
  days           text[] NOT NULL CHECK (days <@ '{mon,tue,wed,thu,fri,sat,sun}' AND cardinality(days) >= 1),
  start_time     text   NOT NULL CHECK (start_time ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
  end_time       text   NOT NULL CHECK (end_time ~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$'),
  end_day_offset int    NOT NULL DEFAULT 0 CHECK (end_day_offset IN (0, 1)),
  position       int    NOT NULL DEFAULT 0 -- as the specialist wrote them
);
CREATE INDEX schedule_rules_of ON schedule_rules (specialist_id);
-- A date with its own hours; no intervals = closed.
CREATE TABLE schedule_overrides (
  specialist_id uuid  NOT NULL REFERENCES schedules,
  date          date  NOT NULL,
  intervals     jsonb NOT NULL, -- [{"start": "10:00", "end": "12:00"}]
  PRIMARY KEY (specialist_id, date)
);
CREATE TABLE leaves (
  id            uuid PRIMARY KEY,
  specialist_id uuid NOT NULL REFERENCES schedules,
  from_date     date NOT NULL,
  to_date       date NOT NULL, -- inclusive
  CHECK (to_date >= from_date)
);
CREATE INDEX leaves_of ON leaves (specialist_id);
CREATE TABLE travel_periods (
  id            uuid PRIMARY KEY,
  specialist_id uuid NOT NULL REFERENCES schedules,
  from_date     date NOT NULL,
  to_date       date, -- inclusive; open end if absent
  time_zone     text NOT NULL,
  CHECK (to_date >= from_date)
);
CREATE INDEX travel_of ON travel_periods (specialist_id);
-- Somebody else's calendar by ICS address: only busy periods are kept, never titles.
CREATE TABLE busy_feeds (
  id            uuid        PRIMARY KEY,
  specialist_id uuid        NOT NULL REFERENCES schedules,
  label         text        NOT NULL CHECK (length(label) BETWEEN 1 AND 80),
  url_sealed    bytea       NOT NULL, -- the address is a secret
  etag          text,        -- for asking "only if changed" (RFC 9110 §13)
  last_modified text,
  expanded_at   timestamptz, -- when it was last read whole: repetitions reach only so far
  tried_at      timestamptz NOT NULL, -- the last try; every quarter of an hour the next
  fetched_at    timestamptz, -- the last time it was there
  failed_code   text,        -- why the last try did not work, until one does
  created_at    timestamptz NOT NULL
);
CREATE INDEX busy_feeds_of ON busy_feeds (specialist_id);
CREATE INDEX busy_feeds_due ON busy_feeds (tried_at); -- the next try
CREATE TABLE busy_periods (
  feed_id       uuid      NOT NULL REFERENCES busy_feeds ON DELETE CASCADE,
  specialist_id uuid      NOT NULL REFERENCES schedules,
  during        tstzrange NOT NULL
);
CREATE INDEX busy_periods_of ON busy_periods (specialist_id, lower(during)); -- slots of one specialist in a window
-- The secret address of a person's own calendar feed.
CREATE TABLE calendar_feeds (
  person_id  uuid        PRIMARY KEY REFERENCES people,
  token_hash bytea       NOT NULL UNIQUE,
  created_at timestamptz NOT NULL,
  read_at    timestamptz
);
-- What changed, for the in-memory index: a node reads on from the position it knows; NOTIFY only wakes it.
CREATE TABLE schedule_changes (
  position      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  specialist_id uuid        NOT NULL,
  xid           xid8        NOT NULL DEFAULT pg_current_xact_id(), -- a reader stops before transactions still open
  at            timestamptz NOT NULL DEFAULT statement_timestamp()
);
CREATE INDEX schedule_changes_by_xid ON schedule_changes (xid); -- reading on
CREATE INDEX schedule_changes_age ON schedule_changes (at);     -- the sweep

CALL app.guard('schedules');
CALL app.guard('schedule_rules');
CALL app.guard('schedule_overrides');
CALL app.guard('leaves');
CALL app.guard('travel_periods');
CALL app.guard('busy_feeds');
CALL app.guard('busy_periods');
CALL app.guard('calendar_feeds');
CALL app.guard('schedule_changes');

-- Called by every change that moves slots: rules, overrides, leave, travel, busy feeds, bookings, card status.
CREATE FUNCTION app.schedule_changed(specialist uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO schedule_changes (specialist_id) VALUES (specialist);
  PERFORM pg_notify('schedule', '');
END $$;
ALTER FUNCTION app.schedule_changed OWNER TO ponimau_system;

-- What the catalogue decides about slots is noticed here, so that no use case of it can forget to tell.
CREATE FUNCTION app.card_moves_slots() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN PERFORM app.schedule_changed(NEW.person_id); RETURN NULL; END $$;
CREATE TRIGGER card_moves_slots AFTER UPDATE OF status ON specialists FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION app.card_moves_slots();
CREATE FUNCTION app.field_moves_slots() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN PERFORM app.schedule_changed(coalesce(NEW.specialist_id, OLD.specialist_id)); RETURN NULL; END $$;
CREATE TRIGGER field_moves_slots AFTER INSERT OR DELETE ON specialist_categories FOR EACH ROW EXECUTE FUNCTION app.field_moves_slots();
CREATE FUNCTION app.category_moves_slots() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM app.schedule_changed(sc.specialist_id) FROM specialist_categories sc WHERE sc.category_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER category_moves_slots AFTER UPDATE ON categories FOR EACH ROW
  WHEN ((OLD.status, OLD.session_lengths_min, OLD.interval_min, OLD.buffer_policy, OLD.alignment)
        IS DISTINCT FROM (NEW.status, NEW.session_lengths_min, NEW.interval_min, NEW.buffer_policy, NEW.alignment))
  EXECUTE FUNCTION app.category_moves_slots();

GRANT SELECT, INSERT, UPDATE, DELETE ON schedules, schedule_rules, schedule_overrides, leaves, travel_periods, busy_feeds, busy_periods, calendar_feeds
   TO ponimau_specialist;
CREATE POLICY me ON schedules TO ponimau_specialist USING (specialist_id = app.me()) WITH CHECK (specialist_id = app.me());
CREATE POLICY me ON schedule_rules TO ponimau_specialist USING (specialist_id = app.me()) WITH CHECK (specialist_id = app.me());
CREATE POLICY me ON schedule_overrides TO ponimau_specialist USING (specialist_id = app.me()) WITH CHECK (specialist_id = app.me());
CREATE POLICY me ON leaves TO ponimau_specialist USING (specialist_id = app.me()) WITH CHECK (specialist_id = app.me());
CREATE POLICY me ON travel_periods TO ponimau_specialist USING (specialist_id = app.me()) WITH CHECK (specialist_id = app.me());
CREATE POLICY me ON busy_feeds TO ponimau_specialist USING (specialist_id = app.me()) WITH CHECK (specialist_id = app.me());
CREATE POLICY me ON busy_periods TO ponimau_specialist USING (specialist_id = app.me()) WITH CHECK (specialist_id = app.me());
CREATE POLICY me ON calendar_feeds TO ponimau_specialist USING (person_id = app.me()) WITH CHECK (person_id = app.me());
-- Whose secret feed address it is, noting that it was read. Called before there is an actor.
CREATE FUNCTION app.open_calendar_feed(hash bytea, now_at timestamptz) RETURNS uuid
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE calendar_feeds f SET read_at = now_at FROM people p
  WHERE f.token_hash = hash AND p.id = f.person_id AND p.deactivated_at IS NULL
  RETURNING f.person_id
$$;
ALTER FUNCTION app.open_calendar_feed OWNER TO ponimau_system;
-- To compute and book free times an employee's transaction (and the operator's, when moving a booking) reads the hours of those who can be booked.
GRANT SELECT ON schedules, schedule_rules, schedule_overrides, leaves, travel_periods, busy_periods TO ponimau_employee, ponimau_staff;
GRANT UPDATE (version) ON schedules TO ponimau_employee, ponimau_staff; -- FOR UPDATE needs it: bookings of one specialist queue on this row
CREATE POLICY bookable ON schedules TO ponimau_employee, ponimau_staff USING (EXISTS (SELECT FROM specialists s WHERE s.person_id = specialist_id));
CREATE POLICY bookable ON schedule_rules FOR SELECT TO ponimau_employee, ponimau_staff USING (EXISTS (SELECT FROM specialists s WHERE s.person_id = specialist_id));
CREATE POLICY bookable ON schedule_overrides FOR SELECT TO ponimau_employee, ponimau_staff USING (EXISTS (SELECT FROM specialists s WHERE s.person_id = specialist_id));
CREATE POLICY bookable ON leaves FOR SELECT TO ponimau_employee, ponimau_staff USING (EXISTS (SELECT FROM specialists s WHERE s.person_id = specialist_id));
CREATE POLICY bookable ON travel_periods FOR SELECT TO ponimau_employee, ponimau_staff USING (EXISTS (SELECT FROM specialists s WHERE s.person_id = specialist_id));
CREATE POLICY bookable ON busy_periods FOR SELECT TO ponimau_employee, ponimau_staff USING (EXISTS (SELECT FROM specialists s WHERE s.person_id = specialist_id));
