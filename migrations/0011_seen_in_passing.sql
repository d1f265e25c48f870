-- Slice: identity. That somebody was seen is written once a minute for each session, by whichever request comes first. A crash may forget a minute of it; so
-- no request, and least of all ten thousand at once after a quiet hour, waits for the disk to have it.
CREATE OR REPLACE FUNCTION app.find_session(hash bytea, now_at timestamptz)
RETURNS TABLE (id uuid, person_id uuid, kind text, display_name text, locale text, time_zone text, strong_at timestamptz, capabilities text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE this sessions;
BEGIN
  SELECT * INTO this FROM sessions s
  WHERE s.token_hash = hash AND s.revoked_at IS NULL AND s.idle_expires_at > now_at AND s.expires_at > now_at;
  IF NOT FOUND THEN RETURN; END IF;
  IF this.seen_at < now_at - interval '1 minute' THEN
    -- In the transaction of this statement alone: nobody waits for the disk because they were seen.
    PERFORM set_config('synchronous_commit', 'off', true);
    UPDATE sessions s SET seen_at = now_at, idle_expires_at = least(s.expires_at, now_at + (this.idle_expires_at - this.seen_at))
    WHERE s.id = this.id;
  END IF;
  RETURN QUERY
    SELECT this.id, p.id, p.kind, p.display_name, p.locale, p.time_zone, this.strong_at,
           ARRAY(SELECT c.capability FROM staff_capabilities c WHERE c.person_id = p.id ORDER BY 1)
    FROM people p WHERE p.id = this.person_id AND p.deactivated_at IS NULL;
END $$;
