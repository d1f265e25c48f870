-- Slice: sessions. Both came and were not long enough together: why, the join log does not know (the connection, or somebody ended it), so it is no
-- longer called a technical failure.
ALTER TABLE session_outcomes DROP CONSTRAINT session_outcomes_outcome_check;
UPDATE session_outcomes SET outcome = 'cut_short' WHERE outcome = 'technical';
ALTER TABLE session_outcomes ADD CONSTRAINT session_outcomes_outcome_check
  CHECK (outcome IN ('held', 'employee_absent', 'specialist_absent', 'both_absent', 'cut_short'));
