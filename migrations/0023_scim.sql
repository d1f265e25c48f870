-- Slices: organisations, platform. A company's directory says by SCIM 2.0 who of its people may enter (RFC 7644).

-- A directory acts under a role of its own: the company is who acts (app.me()), and whatever the code asks, it reaches the company's rows only. Nothing
-- that its people do here is granted to it.
DO $$
BEGIN
  CREATE ROLE ponimau_company NOLOGIN NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- another database of the same server has made it
END $$;
GRANT ponimau_company TO ponimau_app WITH INHERIT FALSE, SET TRUE;
GRANT USAGE ON SCHEMA app, public TO ponimau_company;

-- What proves that a company's directory asks. At most two are in force, so that one can be exchanged for the other.
CREATE TABLE scim_tokens (
  id           uuid        PRIMARY KEY,
  company_id   uuid        NOT NULL REFERENCES companies,
  place        smallint    NOT NULL CHECK (place IN (1, 2)),
  token_hash   bytea       NOT NULL UNIQUE,
  hint         text        NOT NULL, -- the last characters, to tell tokens apart
  expires_on   date,                 -- the last day on which it is good
  last_used_on date,
  created_at   timestamptz NOT NULL,
  ended_at     timestamptz
);
CREATE UNIQUE INDEX scim_tokens_two ON scim_tokens (company_id, place) WHERE ended_at IS NULL;
-- From where a company's directory may ask; none: from anywhere.
CREATE TABLE scim_networks (
  company_id uuid NOT NULL REFERENCES companies,
  network    text NOT NULL, -- CIDR, as checked by the program
  PRIMARY KEY (company_id, network)
);
-- A person as a directory calls them. Their address, and whether they may enter, is their place on the roster. Names are sealed by the deployment's key
-- and found again by keyed hashes, into which the company goes: equal names of two companies look different.
CREATE TABLE scim_users (
  id                 uuid        PRIMARY KEY,
  company_id         uuid        NOT NULL,
  lookup             bytea       NOT NULL,
  user_name_lookup   bytea       NOT NULL,
  user_name_sealed   bytea       NOT NULL,
  external_id_lookup bytea,
  external_id_sealed bytea,
  version            bigint      NOT NULL DEFAULT 1,
  created_at         timestamptz NOT NULL,
  changed_at         timestamptz NOT NULL,
  FOREIGN KEY (company_id, lookup) REFERENCES roster_entries (company_id, lookup),
  UNIQUE (company_id, id), -- the order of lists
  CONSTRAINT scim_users_address UNIQUE (company_id, lookup),
  CONSTRAINT scim_users_name UNIQUE (company_id, user_name_lookup),
  CHECK ((external_id_lookup IS NULL) = (external_id_sealed IS NULL))
);
CREATE INDEX scim_users_external ON scim_users (company_id, external_id_lookup); -- how directories look for whom they know
-- Groups, because directories send them. They mean nothing here.
CREATE TABLE scim_groups (
  id                 uuid        PRIMARY KEY,
  company_id         uuid        NOT NULL REFERENCES companies,
  name_lookup        bytea       NOT NULL,
  name_sealed        bytea       NOT NULL,
  external_id_lookup bytea,
  external_id_sealed bytea,
  version            bigint      NOT NULL DEFAULT 1,
  created_at         timestamptz NOT NULL,
  changed_at         timestamptz NOT NULL,
  UNIQUE (company_id, id), -- the order of lists
  CHECK ((external_id_lookup IS NULL) = (external_id_sealed IS NULL))
);
CREATE INDEX scim_groups_named ON scim_groups (company_id, name_lookup);
CREATE TABLE scim_group_members (
  company_id uuid NOT NULL,
  group_id   uuid NOT NULL,
  user_id    uuid NOT NULL,
  PRIMARY KEY (group_id, user_id),
  -- The company is part of the keys: no group holds another company's people.
  FOREIGN KEY (company_id, group_id) REFERENCES scim_groups (company_id, id) ON DELETE CASCADE,
  FOREIGN KEY (company_id, user_id) REFERENCES scim_users (company_id, id) ON DELETE CASCADE
);
CREATE INDEX scim_group_members_of ON scim_group_members (user_id); -- whoever is removed leaves their groups

CALL app.guard('scim_tokens');
CALL app.guard('scim_networks');
CALL app.guard('scim_users');
CALL app.guard('scim_groups');
CALL app.guard('scim_group_members');

GRANT SELECT, INSERT, UPDATE, DELETE ON scim_users, scim_groups TO ponimau_company;
GRANT SELECT, INSERT, DELETE ON scim_group_members TO ponimau_company;
GRANT SELECT, INSERT, UPDATE (removed_at) ON roster_entries TO ponimau_company;
GRANT SELECT (id, company_id), UPDATE (last_used_on) ON scim_tokens TO ponimau_company;
GRANT SELECT (id, archived_at) ON companies TO ponimau_company;
CREATE POLICY own ON scim_users TO ponimau_company USING (company_id = app.me()) WITH CHECK (company_id = app.me());
CREATE POLICY own ON scim_groups TO ponimau_company USING (company_id = app.me()) WITH CHECK (company_id = app.me());
CREATE POLICY own ON scim_group_members TO ponimau_company USING (company_id = app.me()) WITH CHECK (company_id = app.me());
CREATE POLICY own ON roster_entries TO ponimau_company USING (company_id = app.me()) WITH CHECK (company_id = app.me());
CREATE POLICY own ON scim_tokens TO ponimau_company USING (company_id = app.me()) WITH CHECK (company_id = app.me());
CREATE POLICY own ON companies FOR SELECT TO ponimau_company USING (id = app.me());
GRANT INSERT ON jobs, audit_entries TO ponimau_company;
CREATE POLICY ask_as_company ON jobs FOR INSERT TO ponimau_company WITH CHECK (true);
CREATE POLICY append_as_company ON audit_entries FOR INSERT TO ponimau_company WITH CHECK (actor_id = app.me());

-- Staff make tokens and end them; a token is not read again.
GRANT SELECT (id, company_id, place, hint, expires_on, last_used_on, created_at, ended_at), INSERT, UPDATE (ended_at) ON scim_tokens TO ponimau_staff;
GRANT SELECT, INSERT, DELETE ON scim_networks TO ponimau_staff;
CREATE POLICY edit ON scim_tokens TO ponimau_staff USING (app.can('admin')) WITH CHECK (app.can('admin'));
CREATE POLICY edit ON scim_networks TO ponimau_staff USING (app.can('admin')) WITH CHECK (app.can('admin'));

-- Whose directory asks, in one round trip before there is an actor. What it says is told to nobody but the audit log.
CREATE FUNCTION app.find_scim_token(company uuid, hash bytea)
RETURNS TABLE (id uuid, is_ended boolean, expires_on date, last_used_on date, networks text[], is_archived boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT t.id, t.ended_at IS NOT NULL, t.expires_on, t.last_used_on,
         ARRAY(SELECT n.network FROM scim_networks n WHERE n.company_id = company), c.archived_at IS NOT NULL
  FROM scim_tokens t JOIN companies c ON c.id = t.company_id
  WHERE t.company_id = company AND t.token_hash = hash
$$;
ALTER FUNCTION app.find_scim_token OWNER TO ponimau_system;
REVOKE EXECUTE ON FUNCTION app.find_scim_token FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.find_scim_token TO ponimau_app;
