-- Slice: approvals. What one member of staff may do only once another has agreed (two-person approval).

-- Who may ask for what, and who may agree: as `domain::approvals` has it.
CREATE FUNCTION app.may_ask_for(what text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT CASE what WHEN 'contact' THEN app.can('safety') WHEN 'audit_export' THEN app.can('admin', 'auditor') ELSE false END
$$;
CREATE FUNCTION app.may_agree_to(what text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT CASE what WHEN 'contact' THEN app.can('safety', 'admin') WHEN 'audit_export' THEN app.can('admin', 'auditor') ELSE false END
$$;

CREATE TABLE approvals (
  id            uuid        PRIMARY KEY,
  kind          text        NOT NULL CHECK (kind IN ('contact', 'audit_export')),
  report_id     uuid        REFERENCES safety_reports ON DELETE CASCADE,
  first_day     date,
  last_day      date,
  reason_sealed bytea       NOT NULL,
  asked_by      uuid        NOT NULL REFERENCES people,
  asked_at      timestamptz NOT NULL,
  decision      text        CHECK (decision IN ('agreed', 'refused', 'withdrawn')),
  decided_by    uuid        REFERENCES people,
  decided_at    timestamptz,
  CONSTRAINT approvals_decided_at_once CHECK ((decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_at IS NULL)),
  -- Nobody agrees to what they ask for themselves, whatever the code says.
  CONSTRAINT approvals_take_two CHECK ((decision = 'withdrawn') = (decided_by = asked_by)),
  CONSTRAINT approvals_wait_a_day CHECK (decision IS DISTINCT FROM 'agreed' OR decided_at < asked_at + interval '24 hours'),
  CONSTRAINT approvals_of_contacts CHECK ((kind = 'contact') = (report_id IS NOT NULL)),
  CONSTRAINT approvals_of_exports CHECK ((kind = 'audit_export') = (first_day IS NOT NULL) AND (kind = 'audit_export') = (last_day IS NOT NULL)
                                         AND first_day <= last_day)
);
CREATE UNIQUE INDEX approvals_waiting ON approvals (asked_by, kind, report_id) NULLS NOT DISTINCT WHERE decision IS NULL;
CREATE INDEX approvals_asked ON approvals (asked_at DESC);
CREATE INDEX approvals_of_report ON approvals (report_id);
CALL app.guard('approvals');
GRANT SELECT, INSERT, UPDATE (decision, decided_by, decided_at) ON approvals TO ponimau_staff;
CREATE POLICY see ON approvals FOR SELECT TO ponimau_staff USING (app.may_ask_for(kind) OR app.may_agree_to(kind));
CREATE POLICY ask ON approvals FOR INSERT TO ponimau_staff
  WITH CHECK (asked_by = app.me() AND decision IS NULL AND app.may_ask_for(kind));
-- One's own may be taken back; a colleague's is agreed to or refused. What is decided stays.
CREATE POLICY decide ON approvals FOR UPDATE TO ponimau_staff
  USING (decision IS NULL AND (asked_by = app.me() OR app.may_agree_to(kind)))
  WITH CHECK (decided_by = app.me() AND (asked_by = app.me() OR app.may_agree_to(kind)));

-- How many others could agree: with nobody, asking would only wait.
CREATE FUNCTION app.others_who_agree(what text) RETURNS int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT count(DISTINCT c.person_id)::int FROM staff_capabilities c JOIN people p ON p.id = c.person_id AND p.deactivated_at IS NULL
  WHERE c.person_id <> app.me() AND c.capability = ANY (CASE what WHEN 'contact' THEN ARRAY['safety', 'admin'] ELSE ARRAY['admin', 'auditor'] END)
$$;
ALTER FUNCTION app.others_who_agree OWNER TO ponimau_system;
REVOKE EXECUTE ON FUNCTION app.others_who_agree FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.others_who_agree TO ponimau_staff;

-- The sealed address of whoever answered a safety report: for the one who asked, within the hour after somebody else agreed. Of a mailbox which a
-- company reads now (0022), none. No row: nobody agreed.
CREATE FUNCTION app.contact_behind(report uuid, at timestamptz) RETURNS TABLE (person uuid, sealed bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT r.employee_id, e.sealed
  FROM safety_reports r LEFT JOIN person_emails e
    ON e.person_id = r.employee_id AND e.verified_at IS NOT NULL AND NOT app.is_left_mailbox(e.person_id, e.lookup)
  WHERE r.id = report AND app.can('safety') AND EXISTS (
    SELECT FROM approvals a WHERE a.kind = 'contact' AND a.report_id = report AND a.asked_by = app.me() AND a.decision = 'agreed'
      AND at >= a.decided_at AND at < a.decided_at + interval '1 hour')
$$;
ALTER FUNCTION app.contact_behind OWNER TO ponimau_system;
REVOKE EXECUTE ON FUNCTION app.contact_behind FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.contact_behind TO ponimau_staff;
