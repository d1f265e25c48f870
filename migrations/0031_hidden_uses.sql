-- Slice: organisations. How many a code of a company's HR lets in beyond what it says. Nobody reads it: whoever used up all but the last of a code and gave that to
-- one person would only have to try it later to learn whether they came (decision 0026).
ALTER TABLE access_codes ADD COLUMN more_uses int NOT NULL DEFAULT 0 CHECK (more_uses >= 0);
DO $$
DECLARE name text;
BEGIN
  FOR name IN SELECT conname FROM pg_constraint WHERE conrelid = 'access_codes'::regclass AND contype = 'c' AND pg_get_constraintdef(oid) = 'CHECK ((uses <= max_uses))' LOOP
    EXECUTE format('ALTER TABLE access_codes DROP CONSTRAINT %I', name);
  END LOOP;
END $$;
ALTER TABLE access_codes ADD CONSTRAINT access_codes_uses CHECK (uses <= max_uses + more_uses);
