-- Alerts: one row per rule, entity and unit while it is open; a storm is a count. Closed alerts stay as they were.
CREATE TABLE alert (
  id text PRIMARY KEY,
  -- Grows with changes by people only: new detections never make an analyst's change collide.
  version integer NOT NULL DEFAULT 1,
  rule_id text NOT NULL,
  rule_title text NOT NULL,
  rule_author text NOT NULL,
  tactics text[] NOT NULL,
  techniques text[] NOT NULL,
  level text NOT NULL CHECK (level IN ('informational', 'low', 'medium', 'high', 'critical')),
  expert_severity text CHECK (expert_severity IN ('informational', 'low', 'medium', 'high', 'critical')),
  -- The severity that counts, 1 to 5: the analyst's when set, else the rule's.
  severity smallint NOT NULL GENERATED ALWAYS AS (
    CASE coalesce(expert_severity, level)
      WHEN 'critical' THEN 5 WHEN 'high' THEN 4 WHEN 'medium' THEN 3 WHEN 'low' THEN 2 ELSE 1
    END
  ) STORED,
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'in-progress', 'closed')),
  assignee_id text,
  assignee_name text,
  disposition text CHECK (disposition IN ('true-positive', 'false-positive', 'benign')),
  reason text NOT NULL DEFAULT '',
  entity_kind text NOT NULL,
  entity text NOT NULL,
  unit_id text NOT NULL,
  source_id text NOT NULL,
  count bigint NOT NULL,
  first_at timestamptz(3) NOT NULL,
  last_at timestamptz(3) NOT NULL,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  recurrence integer NOT NULL DEFAULT 0,
  former_id text,
  note_count integer NOT NULL DEFAULT 0,
  sample jsonb NOT NULL,
  -- Title, entity and six questions, NFKC and lower case.
  search_text text NOT NULL,
  CHECK ((status = 'closed') = (disposition IS NOT NULL)),
  CHECK ((assignee_id IS NULL) = (assignee_name IS NULL))
);
CREATE UNIQUE INDEX alert_open ON alert (rule_id, entity_kind, entity, unit_id) WHERE status <> 'closed';
CREATE INDEX alert_former ON alert (rule_id, entity_kind, entity, unit_id, last_at) WHERE status = 'closed';
CREATE INDEX alert_entity ON alert (entity, entity_kind) WHERE status <> 'closed';
CREATE INDEX alert_queue ON alert (severity, last_at, id);
CREATE INDEX alert_last_at ON alert (last_at, id);

-- One row per action of a person, whether it touched one alert or ten thousand.
CREATE TABLE alert_change (
  id text PRIMARY KEY,
  at timestamptz(3) NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  actor_name text NOT NULL,
  -- The new values: { status, assigneeId, assigneeName, disposition, reason, expertSeverity }; absent = kept.
  after jsonb NOT NULL,
  note text,
  note_search text,
  alerts integer NOT NULL,
  undo_of text REFERENCES alert_change (id),
  undone_by text REFERENCES alert_change (id)
);

-- What each alert was before a change: the history that people read, and what undo restores. No foreign keys: both sides
-- are written in one statement, and twenty thousand checks would double the time of a bulk change.
CREATE TABLE alert_history (
  alert_id text NOT NULL,
  change_id text NOT NULL,
  version_after integer NOT NULL,
  was_status text NOT NULL,
  was_assignee_id text,
  was_assignee_name text,
  was_disposition text,
  was_reason text NOT NULL,
  was_expert_severity text,
  PRIMARY KEY (alert_id, change_id)
);
CREATE INDEX alert_history_change ON alert_history (change_id);

-- How far the detections of each write-ahead log are counted in alerts; moved in the transaction that counts them.
CREATE TABLE alert_checkpoint (
  stream bigint PRIMARY KEY,
  seq bigint NOT NULL
);
