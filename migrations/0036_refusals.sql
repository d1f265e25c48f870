-- Slice: approvals. Who refuses says why, sealed as what was asked is: the one who asked knows what to do instead.
ALTER TABLE approvals ADD COLUMN refusal_sealed bytea;
ALTER TABLE approvals ADD CONSTRAINT approvals_refusals CHECK (refusal_sealed IS NULL OR decision = 'refused');
GRANT UPDATE (refusal_sealed) ON approvals TO ponimau_staff;
