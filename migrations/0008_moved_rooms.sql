-- Slice: sessions. A consultation moved to another time: nobody stays in the room of the old one (as after a cancellation, see 0007), and the new time
-- gets a room of its own, which is made at the first entry.
CREATE FUNCTION app.clear_moved_room() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE name text;
BEGIN
  DELETE FROM call_rooms WHERE appointment_id = NEW.id RETURNING room INTO name;
  DELETE FROM call_signals WHERE appointment_id = NEW.id;
  IF name IS NOT NULL THEN PERFORM pg_notify('rooms', name); END IF;
  RETURN NULL;
END $$;
ALTER FUNCTION app.clear_moved_room OWNER TO ponimau_system;
CREATE TRIGGER moved_rooms_close AFTER UPDATE OF starts_at ON appointments FOR EACH ROW
  WHEN (NEW.status = 'booked' AND NEW.starts_at <> OLD.starts_at) EXECUTE FUNCTION app.clear_moved_room();
