-- Slice: organisations. Whose server a company's sign-in is: what one of them calls a person says nothing of whom another one calls so (decision 0032).
ALTER TABLE company_organizations
  ADD COLUMN sign_in_of text,                       -- protocol and entity of the sign-in it has or last had
  ADD COLUMN generation integer NOT NULL DEFAULT 1; -- grows when that is another one
UPDATE company_organizations o SET sign_in_of = s.protocol || ' ' || coalesce(s.published ->> 'issuer', s.published ->> 'idpEntityId', '')
  FROM company_sign_ins s WHERE s.company_id = o.company_id;
-- Of one that was removed before this, Keycloak has the accounts and not whom it called what: a new one makes accounts of other names.
UPDATE company_organizations o SET generation = 2 WHERE NOT EXISTS (SELECT FROM company_sign_ins s WHERE s.company_id = o.company_id);

CREATE FUNCTION app.sign_in_of(company uuid) RETURNS integer STABLE LANGUAGE sql
  AS 'SELECT coalesce((SELECT o.generation FROM company_organizations o WHERE o.company_id = company), 1)';

ALTER TABLE memberships ADD COLUMN generation integer; -- by which of the company's sign-ins the person comes
UPDATE memberships SET generation = 1 WHERE via = 'sso';
