-- Slice: catalogue. Fields of specialists (categories), topics, specialists' cards and their checked documents. A new field is rows, not code.
CREATE TABLE categories (
  id                  uuid        PRIMARY KEY,
  slug                text        NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9-]{2,40}$'),
  status              text        NOT NULL CHECK (status IN ('draft', 'published', 'archived')),
  name                jsonb       NOT NULL, -- {"ru": .., "kk": .., "en": ..}
  summary             jsonb       NOT NULL,
  icon                text        NOT NULL,
  session_lengths_min int[]       NOT NULL CHECK (cardinality(session_lengths_min) BETWEEN 1 AND 6),
  interval_min        int         NOT NULL CHECK (interval_min BETWEEN 5 AND 240),
  formats             text[]      NOT NULL CHECK (cardinality(formats) >= 1 AND formats <@ '{video,audio,chat}'),
  notes_clinical      boolean     NOT NULL, -- clinical notes are health data: stricter readers, longer retention
  consent_purposes    text[]      NOT NULL, -- which consents a person gives before the first booking
  questionnaire       jsonb       NOT NULL DEFAULT '[]', -- [{id, kind: single|multi|scale|text, label{}, options[], optional}]
  buffer_policy       text        NOT NULL DEFAULT 'shared' CHECK (buffer_policy IN ('shared', 'sum')),
  alignment           text        NOT NULL DEFAULT 'window_start' CHECK (alignment IN ('window_start', 'free_start', 'free_start_rounded')),
  cancel_free_hours   int         NOT NULL DEFAULT 24 CHECK (cancel_free_hours BETWEEN 0 AND 168), -- later it counts as used
  position            int         NOT NULL DEFAULT 0,
  version             bigint      NOT NULL DEFAULT 1, -- an editor who has seen an older one is told
  created_at          timestamptz NOT NULL,
  updated_at          timestamptz NOT NULL
);
CREATE TABLE topics (
  id          uuid  PRIMARY KEY,
  category_id uuid  NOT NULL REFERENCES categories,
  name        jsonb NOT NULL,
  position    int   NOT NULL DEFAULT 0,
  archived_at timestamptz
);
CREATE INDEX topics_of ON topics (category_id);
CREATE TABLE files (
  id          uuid        PRIMARY KEY,
  owner_id    uuid        NOT NULL REFERENCES people,
  purpose     text        NOT NULL CHECK (purpose IN ('photo', 'document')),
  media_type  text        NOT NULL,
  byte_count  bigint      NOT NULL CHECK (byte_count BETWEEN 1 AND 20971520),
  storage_key text        NOT NULL,
  sha256      bytea       NOT NULL,
  created_at  timestamptz NOT NULL
);
CREATE INDEX files_of ON files (owner_id);
CREATE TABLE specialists (
  person_id        uuid        PRIMARY KEY REFERENCES people,
  slug             text        NOT NULL UNIQUE,
  status           text        NOT NULL CHECK (status IN ('draft', 'submitted', 'published', 'paused')),
  gender           text        NOT NULL DEFAULT 'undisclosed' CHECK (gender IN ('female', 'male', 'undisclosed')),
  languages        text[]      NOT NULL DEFAULT '{}',
  formats          text[]      NOT NULL DEFAULT '{}',
  headline         jsonb       NOT NULL DEFAULT '{}', -- each text by language; the first filled one is shown where the reader's is missing
  about            jsonb       NOT NULL DEFAULT '{}',
  approaches       text[]      NOT NULL DEFAULT '{}',
  practising_since int         CHECK (practising_since BETWEEN 1950 AND 2100), -- year
  price_minor      bigint      CHECK (price_minor BETWEEN 0 AND 100000000),
  price_currency   text        CHECK (length(price_currency) = 3),
  photo_file_id    uuid        REFERENCES files,
  review_note      text        CHECK (length(review_note) <= 2000), -- why a submitted card came back
  requested_categories uuid[]  NOT NULL DEFAULT '{}', -- asked for by the specialist; granted (specialist_categories) by the operator alone
  submitted_at     timestamptz,
  published_at     timestamptz,
  version          bigint      NOT NULL DEFAULT 1,
  rating_stars     int         NOT NULL DEFAULT 0, -- sums over ratings, kept by a trigger there: who rated is nobody's business
  rating_count     int         NOT NULL DEFAULT 0,
  created_at       timestamptz NOT NULL
);
CREATE INDEX specialists_public ON specialists (status) WHERE status = 'published'; -- search
CREATE TABLE specialist_categories (
  specialist_id uuid NOT NULL REFERENCES specialists,
  category_id   uuid NOT NULL REFERENCES categories,
  PRIMARY KEY (specialist_id, category_id)
);
CREATE INDEX specialists_by_category ON specialist_categories (category_id);
CREATE TABLE specialist_topics (
  specialist_id uuid NOT NULL REFERENCES specialists,
  topic_id      uuid NOT NULL REFERENCES topics,
  PRIMARY KEY (specialist_id, topic_id)
);
CREATE TABLE education (
  id            uuid        PRIMARY KEY,
  specialist_id uuid        NOT NULL REFERENCES specialists,
  title         text        NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  institution   text        NOT NULL CHECK (length(institution) BETWEEN 1 AND 200),
  year          int         NOT NULL CHECK (year BETWEEN 1950 AND 2100),
  hours         int         CHECK (hours BETWEEN 1 AND 20000),
  file_id       uuid        REFERENCES files,
  state         text        NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'verified', 'rejected')),
  state_note    text        CHECK (length(state_note) <= 1000),
  checked_by    uuid        REFERENCES people,
  checked_at    timestamptz,
  created_at    timestamptz NOT NULL
);
CREATE INDEX education_of ON education (specialist_id);

CALL app.guard('categories');
CALL app.guard('topics');
CALL app.guard('files');
CALL app.guard('specialists');
CALL app.guard('specialist_categories');
CALL app.guard('specialist_topics');
CALL app.guard('education');

GRANT SELECT ON categories, topics TO ponimau_anonymous, ponimau_employee, ponimau_specialist, ponimau_staff;
GRANT INSERT, UPDATE ON categories, topics TO ponimau_staff;
CREATE POLICY published ON categories FOR SELECT TO ponimau_anonymous, ponimau_employee USING (status <> 'draft');
CREATE POLICY read ON categories FOR SELECT TO ponimau_specialist, ponimau_staff USING (true);
CREATE POLICY edit ON categories TO ponimau_staff USING (app.can('catalogue', 'admin')) WITH CHECK (app.can('catalogue', 'admin'));
CREATE POLICY read ON topics FOR SELECT TO ponimau_anonymous, ponimau_employee, ponimau_specialist, ponimau_staff USING (true);
CREATE POLICY edit ON topics TO ponimau_staff USING (app.can('catalogue', 'admin')) WITH CHECK (app.can('catalogue', 'admin'));

GRANT SELECT ON specialists, specialist_categories, specialist_topics, education TO ponimau_anonymous, ponimau_employee, ponimau_specialist, ponimau_staff;
GRANT INSERT, UPDATE, DELETE ON specialist_topics, education TO ponimau_specialist, ponimau_staff;
-- A specialist leaves a field alone, but enters it only by the operator's check.
GRANT DELETE ON specialist_categories TO ponimau_specialist;
GRANT INSERT, UPDATE, DELETE ON specialist_categories TO ponimau_staff;
GRANT UPDATE ON specialists TO ponimau_specialist, ponimau_staff;
CREATE POLICY published ON specialists FOR SELECT TO ponimau_anonymous, ponimau_employee, ponimau_specialist USING (status IN ('published', 'paused'));
CREATE POLICY me ON specialists TO ponimau_specialist USING (person_id = app.me()) WITH CHECK (person_id = app.me());
-- Nor publishes their own card: a specialist submits a draft, everything else about its state is the operator's.
CREATE FUNCTION app.own_card() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user = 'ponimau_specialist' AND NEW.status IS DISTINCT FROM OLD.status
     AND NOT (OLD.status = 'draft' AND NEW.status = 'submitted') THEN
    RAISE EXCEPTION 'a card is published by the operator' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER own_card BEFORE UPDATE ON specialists FOR EACH ROW EXECUTE FUNCTION app.own_card();
CREATE POLICY staff_read ON specialists FOR SELECT TO ponimau_staff USING (true);
CREATE POLICY edit ON specialists FOR UPDATE TO ponimau_staff USING (app.can('catalogue', 'admin')) WITH CHECK (app.can('catalogue', 'admin'));
CREATE POLICY read ON specialist_categories FOR SELECT TO ponimau_anonymous, ponimau_employee, ponimau_specialist, ponimau_staff USING (true);
CREATE POLICY me ON specialist_categories TO ponimau_specialist USING (specialist_id = app.me()) WITH CHECK (specialist_id = app.me());
CREATE POLICY edit ON specialist_categories TO ponimau_staff USING (app.can('catalogue', 'admin')) WITH CHECK (app.can('catalogue', 'admin'));
CREATE POLICY read ON specialist_topics FOR SELECT TO ponimau_anonymous, ponimau_employee, ponimau_specialist, ponimau_staff USING (true);
CREATE POLICY me ON specialist_topics TO ponimau_specialist USING (specialist_id = app.me()) WITH CHECK (specialist_id = app.me());
CREATE POLICY edit ON specialist_topics TO ponimau_staff USING (app.can('catalogue', 'admin')) WITH CHECK (app.can('catalogue', 'admin'));
-- The public sees only what was checked.
CREATE POLICY verified ON education FOR SELECT TO ponimau_anonymous, ponimau_employee, ponimau_specialist USING (state = 'verified');
-- Nobody verifies their own documents: whatever a specialist writes waits for a check.
CREATE POLICY me ON education TO ponimau_specialist USING (specialist_id = app.me())
  WITH CHECK (specialist_id = app.me() AND state = 'pending' AND checked_by IS NULL);
CREATE POLICY check_documents ON education TO ponimau_staff USING (app.can('catalogue', 'admin')) WITH CHECK (app.can('catalogue', 'admin'));

GRANT SELECT ON files TO ponimau_anonymous, ponimau_employee, ponimau_specialist, ponimau_staff;
GRANT INSERT, DELETE ON files TO ponimau_specialist;
CREATE POLICY photos ON files FOR SELECT TO ponimau_anonymous, ponimau_employee, ponimau_specialist
  USING (purpose = 'photo' AND EXISTS (SELECT FROM specialists s WHERE s.photo_file_id = files.id AND s.status IN ('published', 'paused')));
CREATE POLICY me ON files TO ponimau_specialist USING (owner_id = app.me()) WITH CHECK (owner_id = app.me());
CREATE POLICY check_documents ON files FOR SELECT TO ponimau_staff USING (app.can('catalogue', 'admin'));

-- A published specialist's name is public; an unpublished one's is not.
CREATE POLICY published_specialists ON people FOR SELECT TO ponimau_anonymous, ponimau_employee, ponimau_specialist
  USING (kind = 'specialist' AND EXISTS (SELECT FROM specialists s WHERE s.person_id = people.id AND s.status IN ('published', 'paused')));
