-- Slice: organisations. Whoever keeps a company's roster and codes must know that people enter with passes: what a line or a code means is another thing then. Of the keys, what
-- everybody is told who fetches a pass; no count, and nothing of when one was switched on.
GRANT SELECT (company_id, is_on) ON company_passes TO ponimau_hr;
GRANT SELECT (company_id, starts_on, ends_on, lets_in_until, fingerprint) ON pass_keys TO ponimau_hr;
CREATE POLICY mine_as_hr ON company_passes FOR SELECT TO ponimau_hr USING (company_id = (SELECT app.my_company()));
CREATE POLICY mine_as_hr ON pass_keys FOR SELECT TO ponimau_hr USING (company_id = (SELECT app.my_company()));
-- The same for those of the staff who keep codes without switching anything.
CREATE POLICY see ON company_passes FOR SELECT TO ponimau_staff USING (app.can('support', 'finance', 'auditor'));
CREATE POLICY see ON pass_keys FOR SELECT TO ponimau_staff USING (app.can('support', 'finance', 'auditor'));
-- Whoever came with a pass is told whether a newer one can be had. Once their access has ended they see neither the company nor its contracts, so this says it.
CREATE FUNCTION app.is_covered(which uuid, today date) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM companies co JOIN contracts c ON c.company_id = co.id
                 WHERE co.id = which AND co.archived_at IS NULL AND c.ended_at IS NULL AND today BETWEEN c.starts_on AND c.ends_on) $$;
ALTER FUNCTION app.is_covered OWNER TO ponimau_system;
REVOKE EXECUTE ON FUNCTION app.is_covered FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.is_covered TO ponimau_employee, ponimau_system;
