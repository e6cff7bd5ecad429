-- The encoding that a source's bytes are read in; 'auto' looks at each line.
ALTER TABLE source ADD COLUMN encoding text NOT NULL DEFAULT 'auto';
