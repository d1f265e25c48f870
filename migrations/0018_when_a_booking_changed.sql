-- Slice: booking
-- When a booking was last moved or extended: a calendar takes the newer of two descriptions by it (RFC 5545 §3.8.7.2, DTSTAMP without METHOD).
ALTER TABLE appointments ADD COLUMN changed_at timestamptz;
