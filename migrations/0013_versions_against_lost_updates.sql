-- Slices: organisations, compliance. Two administrators who edit the same thing at once: the later one is told, and undoes nothing.
ALTER TABLE contracts ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE settings ADD COLUMN version bigint NOT NULL DEFAULT 1;
