-- One rule run over stored events: what was asked, how far it came, what it found. `unit_ids` NULL = every unit.
CREATE TABLE retro_hunt (
  id text PRIMARY KEY,
  rule_id text NOT NULL,
  rule_title text NOT NULL,
  rule_level text NOT NULL,
  rule_text text NOT NULL,
  from_at timestamptz(3) NOT NULL,
  to_at timestamptz(3) NOT NULL,
  unit_ids text[],
  status text NOT NULL CHECK (status IN ('running', 'done', 'cancelled', 'failed')),
  -- Everything from here to to_at has been searched.
  searched_from timestamptz(3) NOT NULL,
  found jsonb NOT NULL,
  problem text NOT NULL,
  owner_id text NOT NULL,
  owner_name text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  finished_at timestamptz(3)
);
CREATE INDEX retro_hunt_owner ON retro_hunt (owner_id, created_at DESC);
CREATE INDEX retro_hunt_rule ON retro_hunt (rule_id, created_at DESC);
