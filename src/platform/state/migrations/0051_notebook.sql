-- Notebooks: queries with what they found then, and notes between them. One that belongs to an incident is seen by whoever sees
-- the incident; a free one by its owner, and by the people of the unit that it is shared with.
CREATE TABLE notebook (
  id text PRIMARY KEY,
  version integer NOT NULL DEFAULT 1,
  title text NOT NULL,
  incident_id text REFERENCES incident (id),
  shared_with_unit_id text,
  owner_id text NOT NULL,
  owner_name text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  updated_by text NOT NULL,
  CHECK (incident_id IS NULL OR shared_with_unit_id IS NULL)
);
CREATE INDEX notebook_incident ON notebook (incident_id, updated_at);
CREATE INDEX notebook_owner ON notebook (owner_id, updated_at);
CREATE INDEX notebook_shared ON notebook (shared_with_unit_id, updated_at);

CREATE TABLE notebook_cell (
  id text PRIMARY KEY,
  notebook_id text NOT NULL REFERENCES notebook (id) ON DELETE CASCADE,
  -- Gaps are left by removal; the order is all that counts.
  position integer NOT NULL,
  version integer NOT NULL DEFAULT 1,
  kind text NOT NULL CHECK (kind IN ('note', 'query')),
  -- Of a note: Markdown. Of a query: its text.
  body text NOT NULL,
  -- Of a query: { from, to, unit, tz, columns }.
  settings jsonb,
  -- What the query found when it was last run: the question as it was asked, counts by unit, the first events.
  snapshot jsonb,
  created_at timestamptz(3) NOT NULL,
  created_by text NOT NULL,
  changed_at timestamptz(3) NOT NULL,
  changed_by text NOT NULL,
  CHECK ((kind = 'query') = (settings IS NOT NULL)),
  CHECK (kind = 'query' OR snapshot IS NULL)
);
CREATE INDEX notebook_cell_of ON notebook_cell (notebook_id, position);
