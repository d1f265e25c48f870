-- Slice: catalogue. The name on a card is checked with the documents: while the card waits for the check or is shown, its owner keeps the name. A card
-- that the operator has taken off is looked at again before it is shown, so there a new name is no way round the check.
CREATE FUNCTION app.checked_name() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stands text;
BEGIN
  -- Locked, so that no card is handed in while its name changes.
  SELECT status INTO stands FROM specialists WHERE person_id = NEW.id FOR UPDATE;
  IF stands IN ('submitted', 'published') THEN
    RAISE EXCEPTION 'the name on the card was checked' USING ERRCODE = 'check_violation', CONSTRAINT = 'checked_name';
  END IF;
  -- Whoever is looking at the card just now has not seen this name.
  UPDATE specialists SET version = version + 1 WHERE person_id = NEW.id;
  RETURN NEW;
END $$;
CREATE TRIGGER checked_names BEFORE UPDATE OF display_name ON people FOR EACH ROW
  WHEN (current_user = 'ponimau_specialist' AND NEW.display_name <> OLD.display_name) EXECUTE FUNCTION app.checked_name();
