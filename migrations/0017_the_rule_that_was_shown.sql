-- Slice: booking. The hours until which cancelling costs nothing, as they were shown when the time was taken: a category changed meanwhile does not
-- change what somebody agreed to. Absent in appointments older than this migration: the category's hold.
ALTER TABLE appointments ADD cancel_free_hours int CHECK (cancel_free_hours BETWEEN 0 AND 168);
