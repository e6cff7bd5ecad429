-- When a kept search was opened last, by whoever may see it.
ALTER TABLE saved_search ADD COLUMN IF NOT EXISTS last_used_at timestamptz(3);

-- What a person searched for, for that person alone: a query asked again moves up. Bounded per person by whoever writes it.
CREATE TABLE query_history (
  id text PRIMARY KEY,
  owner_id text NOT NULL,
  q text NOT NULL,
  -- A query may be longer than an index takes.
  q_hash text NOT NULL,
  from_text text NOT NULL,
  to_text text NOT NULL,
  columns text[] NOT NULL,
  runs integer NOT NULL DEFAULT 1,
  ran_at timestamptz(3) NOT NULL
);
CREATE UNIQUE INDEX query_history_of ON query_history (owner_id, q_hash);
CREATE INDEX query_history_newest ON query_history (owner_id, ran_at);
