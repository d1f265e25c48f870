-- Slice: booking. Who waits for anyone who fits may want only a part of the day, on their own clock: what is looked for is what is waited for.
ALTER TABLE waiting_entries ADD COLUMN time_of_day text CHECK (time_of_day IN ('morning', 'afternoon', 'evening'));
