-- The course of a crisis and the work on a case. What was declared, who held a piece of evidence and what was said in the war room are
-- append-only; what is worked on (services, steps, tasks, notes) carries a version.

-- Who declared which phase for which moment. The n-th declaration of an incident: of two people who declare at once one is told.
CREATE TABLE crisis_declaration (
  incident_id text NOT NULL REFERENCES incident (id),
  number integer NOT NULL CHECK (number >= 1),
  phase text NOT NULL CHECK (phase IN ('sign', 'anomaly', 'discovered', 'understood', 'contained', 'scoped', 'eradicated',
    'workaround', 'restored', 'prevented')),
  -- "returned": a phase taken up again, which voids the later ones. "corrected": the same phase at another moment.
  kind text NOT NULL CHECK (kind IN ('declared', 'returned', 'corrected')),
  at timestamptz(3) NOT NULL,
  note text NOT NULL,
  declared_at timestamptz(3) NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  actor_name text NOT NULL,
  PRIMARY KEY (incident_id, number),
  CHECK (kind = 'declared' OR note <> '')
);

-- What the declarations come to: kept beside them so that a report over many incidents need not replay each.
CREATE TABLE crisis_state (
  incident_id text PRIMARY KEY REFERENCES incident (id),
  phase text NOT NULL,
  detected_at timestamptz(3),
  contained_at timestamptz(3),
  restored_at timestamptz(3),
  returns integer NOT NULL
);
CREATE INDEX crisis_state_detected ON crisis_state (detected_at);

-- What the incident harms: a service or a unit, how much harm it bears (in per cent) and for how long.
CREATE TABLE crisis_service (
  id text COLLATE "C" PRIMARY KEY,
  incident_id text NOT NULL REFERENCES incident (id),
  version integer NOT NULL DEFAULT 1,
  name text NOT NULL,
  unit_id text NOT NULL,
  tolerance integer NOT NULL CHECK (tolerance BETWEEN 0 AND 100),
  max_minutes integer CHECK (max_minutes BETWEEN 1 AND 5256000)
);
CREATE INDEX crisis_service_of ON crisis_service (incident_id);

-- The harm to a service from a moment on, until the next one. Of two for the same moment the one written later counts.
CREATE TABLE crisis_impact (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  service_id text COLLATE "C" NOT NULL REFERENCES crisis_service (id),
  at timestamptz(3) NOT NULL,
  level integer NOT NULL CHECK (level BETWEEN 0 AND 100),
  note text NOT NULL,
  declared_at timestamptz(3) NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  actor_name text NOT NULL
);
CREATE INDEX crisis_impact_of ON crisis_impact (service_id, at);

-- The eight standing steps of managed detection and response. A row appears with the first change of a step.
CREATE TABLE crisis_step (
  incident_id text NOT NULL REFERENCES incident (id),
  step text NOT NULL CHECK (step IN ('monitor', 'detect', 'analyze', 'isolate', 'eradicate', 'recover', 'improve', 'notify')),
  version integer NOT NULL,
  owner_id text,
  owner_name text,
  started_at timestamptz(3),
  done_at timestamptz(3),
  changed_by text NOT NULL,
  changed_at timestamptz(3) NOT NULL,
  PRIMARY KEY (incident_id, step),
  CHECK ((owner_id IS NULL) = (owner_name IS NULL)),
  CHECK (done_at IS NULL OR started_at IS NULL OR done_at >= started_at)
);

CREATE TABLE case_task (
  id text COLLATE "C" PRIMARY KEY,
  incident_id text NOT NULL REFERENCES incident (id),
  version integer NOT NULL DEFAULT 1,
  title text NOT NULL,
  state text NOT NULL CHECK (state IN ('todo', 'doing', 'done', 'dropped')),
  owner_id text,
  owner_name text,
  due_at timestamptz(3),
  place integer NOT NULL,
  created_at timestamptz(3) NOT NULL,
  done_at timestamptz(3),
  CHECK ((owner_id IS NULL) = (owner_name IS NULL)),
  CHECK ((state = 'done') = (done_at IS NOT NULL))
);
CREATE INDEX case_task_of ON case_task (incident_id, place);

CREATE TABLE case_note (
  id text COLLATE "C" PRIMARY KEY,
  incident_id text NOT NULL REFERENCES incident (id),
  version integer NOT NULL DEFAULT 1,
  title text NOT NULL,
  body text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  created_by text NOT NULL,
  changed_at timestamptz(3) NOT NULL,
  changed_by text NOT NULL
);
CREATE INDEX case_note_of ON case_note (incident_id, id);

-- Every version of a note, so that nothing that was written is lost.
CREATE TABLE case_note_version (
  note_id text COLLATE "C" NOT NULL REFERENCES case_note (id),
  version integer NOT NULL,
  title text NOT NULL,
  body text NOT NULL,
  at timestamptz(3) NOT NULL,
  by text NOT NULL,
  PRIMARY KEY (note_id, version)
);

-- A piece of evidence. Its bytes lie in the data directory under its id; the row outlives them.
CREATE TABLE case_evidence (
  id text COLLATE "C" PRIMARY KEY,
  incident_id text NOT NULL REFERENCES incident (id),
  -- Chosen by the sender: an upload whose answer was lost is found by it instead of being kept twice.
  upload_key text NOT NULL,
  name text NOT NULL,
  note text NOT NULL,
  bytes bigint NOT NULL,
  sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  received_at timestamptz(3) NOT NULL,
  UNIQUE (incident_id, upload_key)
);

-- The chain of custody: who gave what to whom, when, why, and what its bytes hashed to at that moment.
CREATE TABLE case_custody (
  evidence_id text COLLATE "C" NOT NULL REFERENCES case_evidence (id),
  number integer NOT NULL CHECK (number >= 1),
  kind text NOT NULL CHECK (kind IN ('received', 'handed-over', 'downloaded', 'deleted')),
  at timestamptz(3) NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  actor_name text NOT NULL,
  holder_id text NOT NULL,
  holder_name text NOT NULL,
  reason text NOT NULL,
  sha256 text NOT NULL,
  PRIMARY KEY (evidence_id, number)
);

-- The war room: messages, and what was done on the case. It repeats nothing of other incidents.
CREATE TABLE case_feed (
  id text COLLATE "C" PRIMARY KEY,
  incident_id text NOT NULL REFERENCES incident (id),
  -- Chosen by the sender of a message, so that one sent twice appears once.
  message_key text,
  kind text NOT NULL,
  at timestamptz(3) NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  actor_name text NOT NULL,
  -- What it was about (a phase, a title), and words of a person.
  subject text NOT NULL,
  text text NOT NULL,
  UNIQUE (incident_id, message_key)
);
CREATE INDEX case_feed_of ON case_feed (incident_id, at, id);

-- A shift handed over: what was open then, in the words of who hands over. The receiver acknowledges once.
CREATE TABLE case_handover (
  id text COLLATE "C" PRIMARY KEY,
  unit_id text NOT NULL,
  at timestamptz(3) NOT NULL,
  giver_id text NOT NULL,
  giver_name text NOT NULL,
  receiver_id text NOT NULL,
  receiver_name text NOT NULL,
  note text NOT NULL,
  -- [{ incidentId, number, title, unitId, severity, phase, openTasks, overdueTasks }] as it was.
  items jsonb NOT NULL,
  -- There were more open incidents than a handover lists.
  more integer NOT NULL,
  acknowledged_at timestamptz(3),
  answer text NOT NULL DEFAULT ''
);
CREATE INDEX case_handover_unit ON case_handover (unit_id, at, id);

CREATE FUNCTION case_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER crisis_declaration_append_only BEFORE UPDATE OR DELETE ON crisis_declaration
  FOR EACH STATEMENT EXECUTE FUNCTION case_is_append_only();
CREATE TRIGGER crisis_impact_append_only BEFORE UPDATE OR DELETE ON crisis_impact
  FOR EACH STATEMENT EXECUTE FUNCTION case_is_append_only();
CREATE TRIGGER case_note_version_append_only BEFORE UPDATE OR DELETE ON case_note_version
  FOR EACH STATEMENT EXECUTE FUNCTION case_is_append_only();
CREATE TRIGGER case_evidence_append_only BEFORE UPDATE OR DELETE ON case_evidence
  FOR EACH STATEMENT EXECUTE FUNCTION case_is_append_only();
CREATE TRIGGER case_custody_append_only BEFORE UPDATE OR DELETE ON case_custody
  FOR EACH STATEMENT EXECUTE FUNCTION case_is_append_only();
CREATE TRIGGER case_feed_append_only BEFORE UPDATE OR DELETE ON case_feed
  FOR EACH STATEMENT EXECUTE FUNCTION case_is_append_only();
CREATE TRIGGER case_handover_kept BEFORE DELETE ON case_handover
  FOR EACH STATEMENT EXECUTE FUNCTION case_is_append_only();

CREATE FUNCTION case_handover_only_acknowledged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.acknowledged_at IS NOT NULL
    OR to_jsonb(NEW) - 'acknowledged_at' - 'answer' IS DISTINCT FROM to_jsonb(OLD) - 'acknowledged_at' - 'answer' THEN
    RAISE EXCEPTION 'a handover is never changed, only acknowledged once';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER case_handover_acknowledged BEFORE UPDATE ON case_handover
  FOR EACH ROW EXECUTE FUNCTION case_handover_only_acknowledged();
