-- Slice: organisations. Who came with a pass is written to before their access ends, once for each last day.
ALTER TABLE memberships ADD COLUMN told_of date; -- the last day that the person has been told of
ALTER TABLE memberships ADD CONSTRAINT memberships_told_of_pass CHECK (told_of IS NULL OR via = 'pass');
