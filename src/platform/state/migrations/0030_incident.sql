-- Incidents: what a person opened from alerts, told and answered for until it is closed.
CREATE TABLE incident (
  id text PRIMARY KEY,
  -- Counted in the group without gaps: people say "INC-12".
  number integer NOT NULL UNIQUE,
  version integer NOT NULL DEFAULT 1,
  title text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('informational', 'low', 'medium', 'high', 'critical')),
  severity_rank smallint NOT NULL GENERATED ALWAYS AS (
    CASE severity WHEN 'critical' THEN 5 WHEN 'high' THEN 4 WHEN 'medium' THEN 3 WHEN 'low' THEN 2 ELSE 1 END
  ) STORED,
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'contained', 'resolved', 'closed')),
  owner_id text,
  owner_name text,
  unit_id text NOT NULL,
  summary text NOT NULL DEFAULT '',
  closing_reason text NOT NULL DEFAULT '',
  opened_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  closed_at timestamptz(3),
  -- Number, title and summary, NFKC and lower case.
  search_text text NOT NULL,
  CHECK ((owner_id IS NULL) = (owner_name IS NULL)),
  CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
  CHECK (status <> 'closed' OR closing_reason <> '')
);
CREATE INDEX incident_opened ON incident (opened_at);
CREATE INDEX incident_updated ON incident (updated_at, number);
CREATE INDEX incident_severity ON incident (severity_rank, number);

-- The last number given. One row: whoever opens an incident waits for it, and gives it back when the transaction fails.
CREATE TABLE incident_number (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  last integer NOT NULL
);
INSERT INTO incident_number (last) VALUES (0);

-- What happened to an incident: who, when, what. Nothing here is changed or removed.
CREATE TABLE incident_entry (
  id text PRIMARY KEY,
  -- Orders what happened within one millisecond.
  position bigint GENERATED ALWAYS AS IDENTITY,
  incident_id text NOT NULL REFERENCES incident (id),
  at timestamptz(3) NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  actor_name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('opened', 'changed', 'note', 'alerts-added', 'alerts-removed')),
  -- For "changed": [{ field, before, after }].
  changes jsonb NOT NULL DEFAULT '[]',
  note text
);
CREATE INDEX incident_entry_of ON incident_entry (incident_id, position);

-- Which alerts belong to an incident, and which did: unlinking fills removed_entry. No foreign key to alerts, which are
-- another room's table and never deleted.
CREATE TABLE incident_alert (
  incident_id text NOT NULL REFERENCES incident (id),
  alert_id text NOT NULL,
  added_entry text NOT NULL REFERENCES incident_entry (id),
  removed_entry text REFERENCES incident_entry (id),
  PRIMARY KEY (incident_id, alert_id, added_entry)
);
-- An alert is in at most one incident: what two people do at the same moment is decided here.
CREATE UNIQUE INDEX incident_alert_live ON incident_alert (alert_id) WHERE removed_entry IS NULL;
