-- What was learned of how long each source pauses, so that a restart neither forgets it nor cries wolf.
CREATE TABLE source_cadence (
  source_id text PRIMARY KEY,
  last_at timestamptz(3) NOT NULL,
  silent_since timestamptz(3),
  watched_ms bigint NOT NULL,
  pauses integer NOT NULL,
  weights jsonb NOT NULL
);
-- Minutes of silence that are told; 0 = never, null = by what was learned.
ALTER TABLE source ADD COLUMN silence_minutes integer CHECK (silence_minutes BETWEEN 0 AND 100000);
