-- Clusters of alerts as they were formed last, with score and reasons; those below the threshold have no incident. Wholly
-- derived from alerts and from what people decided: it may be emptied, and the next pass fills it again.
CREATE TABLE formation_cluster (
  -- The oldest alert's id.
  id text PRIMARY KEY,
  incident_id text REFERENCES incident (id),
  score real NOT NULL,
  threshold real NOT NULL,
  -- { parts, rules, bonds }: numbers that add up to the score, and what joined each alert.
  explanation jsonb NOT NULL,
  alerts integer NOT NULL,
  first_at timestamptz(3) NOT NULL,
  last_at timestamptz(3) NOT NULL,
  formed_at timestamptz(3) NOT NULL
);
CREATE INDEX formation_cluster_incident ON formation_cluster (incident_id);
CREATE INDEX formation_cluster_score ON formation_cluster (score, id) WHERE incident_id IS NULL;

CREATE TABLE formation_member (
  alert_id text PRIMARY KEY,
  cluster_id text NOT NULL REFERENCES formation_cluster (id) ON DELETE CASCADE
);
CREATE INDEX formation_member_cluster ON formation_member (cluster_id);

-- How incidents hang together: one continues another, was merged into it, or was split off from it. Kept for ever.
CREATE TABLE incident_relation (
  id text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('continues', 'merged-into', 'split-from')),
  incident_id text NOT NULL REFERENCES incident (id),
  other_id text NOT NULL REFERENCES incident (id),
  at timestamptz(3) NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  actor_name text NOT NULL,
  reason text NOT NULL,
  -- What undoing needs: the alerts that moved, and the status before.
  detail jsonb NOT NULL,
  undone_at timestamptz(3)
);
CREATE INDEX incident_relation_of ON incident_relation (incident_id);
CREATE INDEX incident_relation_other ON incident_relation (other_id);

-- Who says that alerts of a rule on some entity belong together, or never open an incident; for how long, and why. Nothing is
-- deleted: an ended or expired one stays in the list.
CREATE TABLE grouping_rule (
  id text PRIMARY KEY,
  version integer NOT NULL,
  effect text NOT NULL CHECK (effect IN ('join', 'never-open')),
  rule_id text,
  entity_kind text CHECK (entity_kind IN ('host', 'account', 'address', 'hash', 'domain')),
  pattern text NOT NULL,
  unit_id text NOT NULL,
  reason text NOT NULL,
  owner_id text NOT NULL,
  owner_name text NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  ended_at timestamptz(3),
  ended_by_id text,
  ended_by_name text,
  ended_reason text
);
CREATE INDEX grouping_rule_open ON grouping_rule (expires_at) WHERE ended_at IS NULL;
