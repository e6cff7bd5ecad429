-- Stored events of a source that are read again: what was asked, how far it came. A row that is not ended is taken up after a restart.
CREATE TABLE reread (
  id text PRIMARY KEY,
  source_id text NOT NULL,
  unit_id text NOT NULL,
  -- NULL = whatever the problem is.
  reason text,
  from_at timestamptz(3) NOT NULL,
  to_at timestamptz(3) NOT NULL,
  status text NOT NULL CHECK (status IN ('running', 'cancelling', 'cancelled', 'done')),
  -- Events not understood at the start, those looked at, those understood now, and the latter by reader.
  wanted bigint NOT NULL,
  looked bigint NOT NULL,
  understood bigint NOT NULL,
  readers jsonb NOT NULL,
  -- Up to where events are counted and their alerts raised, and up to where no event stands twice: {day, stream, seq}.
  counted jsonb NOT NULL,
  place jsonb NOT NULL,
  -- Why it waits; '' while it does not.
  problem text NOT NULL,
  owner_id text NOT NULL,
  owner_name text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  finished_at timestamptz(3)
);
-- One at a time for a source.
CREATE UNIQUE INDEX reread_open ON reread (source_id) WHERE finished_at IS NULL;
CREATE INDEX reread_source ON reread (source_id, created_at DESC);
