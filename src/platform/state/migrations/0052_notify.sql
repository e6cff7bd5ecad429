-- What people must know, who is told by which way, and what became of it.

-- The outbox. Triggers below write it in the transaction of the change that it tells of: neither can be without the other. A matter is a
-- subject (an incident, an alert) and a step of it; the same step is never told twice.
CREATE TABLE notify_matter (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz(3) NOT NULL,
  kind text NOT NULL,
  subject text COLLATE "C" NOT NULL,
  step text COLLATE "C" NOT NULL,
  unit_id text COLLATE "C" NOT NULL,
  severity smallint NOT NULL CHECK (severity BETWEEN 1 AND 5),
  -- Whom it concerns by name; rules may add others.
  people text[] NOT NULL DEFAULT '{}',
  -- Who did it and need not be told; NULL = nobody, or Yagura itself.
  actor_id text,
  facts jsonb NOT NULL,
  routed_at timestamptz(3),
  UNIQUE (subject, step)
);
CREATE INDEX notify_matter_unrouted ON notify_matter (position) WHERE routed_at IS NULL;

-- A person's inbox: one row per person and matter.
CREATE TABLE notify_message (
  id text COLLATE "C" PRIMARY KEY,
  person_id text COLLATE "C" NOT NULL,
  matter bigint NOT NULL REFERENCES notify_matter (position) ON DELETE CASCADE,
  at timestamptz(3) NOT NULL,
  read_at timestamptz(3),
  UNIQUE (person_id, matter)
);
CREATE INDEX notify_message_inbox ON notify_message (person_id, id);
CREATE INDEX notify_message_unread ON notify_message (person_id) WHERE read_at IS NULL;

-- A shared way out of a unit: a chat room, a webhook, a mailing list. `sealed` is its address (which for chat rooms is the secret) and
-- signing key, encrypted with the key of this installation.
CREATE TABLE notify_channel (
  id text COLLATE "C" PRIMARY KEY,
  unit_id text COLLATE "C" NOT NULL,
  version integer NOT NULL DEFAULT 1,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('email', 'webhook', 'slack', 'teams', 'mattermost')),
  locale text NOT NULL CHECK (locale IN ('ja', 'en')),
  -- The host, or the mail address, for people to recognise.
  shown text NOT NULL,
  sealed text NOT NULL,
  is_enabled boolean NOT NULL DEFAULT true,
  created_at timestamptz(3) NOT NULL,
  retired_at timestamptz(3)
);
CREATE INDEX notify_channel_unit ON notify_channel (unit_id);

CREATE TABLE notify_rule (
  id text COLLATE "C" PRIMARY KEY,
  unit_id text COLLATE "C" NOT NULL,
  version integer NOT NULL DEFAULT 1,
  -- { name, kinds, from, targets, timing }
  content jsonb NOT NULL,
  is_enabled boolean NOT NULL DEFAULT true,
  created_at timestamptz(3) NOT NULL
);
CREATE INDEX notify_rule_unit ON notify_rule (unit_id);

-- The rules of a new installation are made once: what people removed does not come back.
CREATE TABLE notify_defaults (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  made_at timestamptz(3) NOT NULL
);

CREATE TABLE notify_preference (
  person_id text COLLATE "C" PRIMARY KEY,
  content jsonb NOT NULL,
  changed_at timestamptz(3) NOT NULL
);

-- One physical message: a matter, or a digest of several. Its id is the id that receivers see, the same on every attempt.
CREATE TABLE notify_send (
  id text COLLATE "C" PRIMARY KEY,
  -- "person" or "channel", and which.
  to_kind text NOT NULL CHECK (to_kind IN ('person', 'channel')),
  to_id text COLLATE "C" NOT NULL,
  via text NOT NULL,
  unit_id text COLLATE "C" NOT NULL,
  matters integer NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'dead')),
  attempts integer NOT NULL DEFAULT 0,
  created_at timestamptz(3) NOT NULL,
  next_at timestamptz(3) NOT NULL,
  -- Who is sending it now: another may take it up after this moment.
  leased_until timestamptz(3),
  sent_at timestamptz(3)
);
CREATE INDEX notify_send_due ON notify_send (next_at) WHERE state = 'waiting';
CREATE INDEX notify_send_recent ON notify_send (to_kind, to_id, via, created_at);

CREATE TABLE notify_attempt (
  send_id text COLLATE "C" NOT NULL REFERENCES notify_send (id) ON DELETE CASCADE,
  number integer NOT NULL,
  at timestamptz(3) NOT NULL,
  latency_ms integer NOT NULL,
  is_ok boolean NOT NULL,
  -- What the receiver answered, cut to what a person reads.
  answer text NOT NULL,
  PRIMARY KEY (send_id, number)
);

-- A matter owed to somebody by a way other than the inbox, until it is part of a message.
CREATE TABLE notify_owed (
  matter bigint NOT NULL REFERENCES notify_matter (position) ON DELETE CASCADE,
  to_kind text NOT NULL CHECK (to_kind IN ('person', 'channel')),
  to_id text COLLATE "C" NOT NULL,
  via text NOT NULL,
  severity smallint NOT NULL,
  -- Held until then: quiet hours, or the time of the digest.
  due_at timestamptz(3) NOT NULL,
  send_id text COLLATE "C" REFERENCES notify_send (id),
  PRIMARY KEY (to_kind, to_id, via, matter)
);
CREATE INDEX notify_owed_waiting ON notify_owed (due_at) WHERE send_id IS NULL;
CREATE INDEX notify_owed_send ON notify_owed (send_id) WHERE send_id IS NOT NULL;
CREATE INDEX notify_owed_matter ON notify_owed (matter);

CREATE FUNCTION notify_rank(level text) RETURNS smallint LANGUAGE sql IMMUTABLE AS $$
  SELECT (CASE level WHEN 'critical' THEN 5 WHEN 'high' THEN 4 WHEN 'medium' THEN 3 WHEN 'low' THEN 2 ELSE 1 END)::smallint
$$;

CREATE FUNCTION notify_of_incident_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  i record;
  told jsonb;
  change jsonb;
BEGIN
  SELECT number, title, severity, severity_rank, unit_id, owner_id INTO i FROM incident WHERE id = NEW.incident_id;
  told := jsonb_build_object('number', i.number, 'title', i.title, 'severity', i.severity, 'actor', NEW.actor_name);
  IF NEW.kind = 'opened' THEN
    INSERT INTO notify_matter (at, kind, subject, step, unit_id, severity, actor_id, facts)
    VALUES (NEW.at, 'incident-opened', 'incident:' || NEW.incident_id, 'opened', i.unit_id, i.severity_rank, NEW.actor_id, told)
    ON CONFLICT DO NOTHING;
    IF i.owner_id IS NOT NULL AND i.owner_id <> NEW.actor_id THEN
      INSERT INTO notify_matter (at, kind, subject, step, unit_id, severity, people, actor_id, facts)
      VALUES (NEW.at, 'incident-assigned', 'incident:' || NEW.incident_id, 'assigned:' || NEW.id, i.unit_id, i.severity_rank,
        ARRAY[i.owner_id], NEW.actor_id, told) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
  END IF;
  FOR change IN SELECT jsonb_array_elements(NEW.changes) LOOP
    IF change ->> 'field' = 'severity' AND notify_rank(change ->> 'after') > notify_rank(change ->> 'before') THEN
      INSERT INTO notify_matter (at, kind, subject, step, unit_id, severity, actor_id, facts)
      VALUES (NEW.at, 'incident-raised', 'incident:' || NEW.incident_id, 'raised:' || NEW.id, i.unit_id,
        notify_rank(change ->> 'after'), NEW.actor_id, told || jsonb_build_object('before', change ->> 'before', 'severity', change ->> 'after'))
      ON CONFLICT DO NOTHING;
    END IF;
    IF change ->> 'field' = 'owner' AND i.owner_id IS NOT NULL AND i.owner_id <> NEW.actor_id THEN
      INSERT INTO notify_matter (at, kind, subject, step, unit_id, severity, people, actor_id, facts)
      VALUES (NEW.at, 'incident-assigned', 'incident:' || NEW.incident_id, 'assigned:' || NEW.id, i.unit_id, i.severity_rank,
        ARRAY[i.owner_id], NEW.actor_id, told) ON CONFLICT DO NOTHING;
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;
CREATE TRIGGER notify_incident_entry AFTER INSERT ON incident_entry
  FOR EACH ROW WHEN (NEW.kind IN ('opened', 'changed')) EXECUTE FUNCTION notify_of_incident_entry();

-- Alerts that are critical, and what Yagura's own two rules about silence found. A silence that comes again counts into the same open
-- alert and is told again; other alerts are told once.
CREATE FUNCTION notify_of_alert() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  told jsonb := jsonb_build_object('rule', NEW.rule_title, 'entityKind', NEW.entity_kind, 'entity', NEW.entity,
    'alertId', NEW.id, 'severity', coalesce(NEW.expert_severity, NEW.level));
  what text := CASE NEW.rule_id
    WHEN '0b0f2a5e-5d1c-4d53-8f0e-6c5a1e7b9d24' THEN 'source-silent'
    WHEN '5c7de0b4-93a6-4f2e-8d15-2b6f0a9c4e71' THEN 'collection-stopped'
    ELSE 'alert-critical' END;
BEGIN
  IF what = 'source-silent' THEN
    told := told || jsonb_build_object('source', coalesce((SELECT name FROM source WHERE id = NEW.entity), NEW.entity));
  END IF;
  INSERT INTO notify_matter (at, kind, subject, step, unit_id, severity, facts)
  VALUES (NEW.updated_at, what, 'alert:' || NEW.id,
    CASE what WHEN 'alert-critical' THEN 'critical' ELSE 'silent:' || NEW.count END, NEW.unit_id, NEW.severity, told)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
CREATE TRIGGER notify_alert_new AFTER INSERT ON alert FOR EACH ROW
  WHEN (NEW.severity = 5 OR NEW.rule_id IN ('0b0f2a5e-5d1c-4d53-8f0e-6c5a1e7b9d24', '5c7de0b4-93a6-4f2e-8d15-2b6f0a9c4e71'))
  EXECUTE FUNCTION notify_of_alert();
CREATE TRIGGER notify_alert_again AFTER UPDATE ON alert FOR EACH ROW
  WHEN ((NEW.severity = 5 AND OLD.severity < 5) OR (NEW.count > OLD.count
    AND NEW.rule_id IN ('0b0f2a5e-5d1c-4d53-8f0e-6c5a1e7b9d24', '5c7de0b4-93a6-4f2e-8d15-2b6f0a9c4e71')))
  EXECUTE FUNCTION notify_of_alert();

CREATE FUNCTION notify_of_duty_warning() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO notify_matter (at, kind, subject, step, unit_id, severity, people, facts)
  SELECT NEW.at, 'duty-clock', 'incident:' || NEW.incident_id,
    'duty:' || NEW.clock || '@' || to_char(NEW.due_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISS') || ':' || NEW.percent, i.unit_id,
    CASE NEW.percent WHEN 95 THEN 5 WHEN 80 THEN 4 ELSE 3 END,
    CASE WHEN i.owner_id IS NULL THEN '{}'::text[] ELSE ARRAY[i.owner_id] END,
    jsonb_build_object('number', i.number, 'title', i.title, 'percent', NEW.percent, 'zone', c.zone,
      'dueAt', to_char(NEW.due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      'entry', jsonb_build_object('ja', c.entry_name_ja, 'en', c.entry_name_en),
      'stage', jsonb_build_object('ja', c.stage_name_ja, 'en', c.stage_name_en))
  FROM incident i JOIN duty_clock c ON c.incident_id = i.id AND c.clock = NEW.clock
  WHERE i.id = NEW.incident_id
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
CREATE TRIGGER notify_duty_warning AFTER INSERT ON duty_warning FOR EACH ROW EXECUTE FUNCTION notify_of_duty_warning();

CREATE FUNCTION notify_of_declaration() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO notify_matter (at, kind, subject, step, unit_id, severity, people, actor_id, facts)
  SELECT NEW.declared_at, 'crisis-phase', 'incident:' || NEW.incident_id, 'phase:' || NEW.number, i.unit_id, i.severity_rank,
    CASE WHEN i.owner_id IS NULL THEN '{}'::text[] ELSE ARRAY[i.owner_id] END, NEW.actor_id,
    jsonb_build_object('number', i.number, 'title', i.title, 'phase', NEW.phase, 'declaration', NEW.kind, 'actor', NEW.actor_name)
  FROM incident i WHERE i.id = NEW.incident_id
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
CREATE TRIGGER notify_declaration AFTER INSERT ON crisis_declaration FOR EACH ROW EXECUTE FUNCTION notify_of_declaration();

-- At the end of the transaction, when the war room already says who did it.
CREATE FUNCTION notify_of_task() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  who text := (SELECT f.actor_id FROM case_feed f WHERE f.incident_id = NEW.incident_id AND f.kind IN ('task-added', 'task-changed')
    AND f.subject = NEW.title ORDER BY f.at DESC, f.id DESC LIMIT 1);
BEGIN
  IF who = NEW.owner_id THEN RETURN NULL; END IF;
  INSERT INTO notify_matter (at, kind, subject, step, unit_id, severity, people, actor_id, facts)
  SELECT coalesce((SELECT max(at) FROM case_feed WHERE incident_id = NEW.incident_id), NEW.created_at), 'task-assigned',
    'incident:' || NEW.incident_id, 'task:' || NEW.id || ':' || NEW.version, i.unit_id, i.severity_rank, ARRAY[NEW.owner_id], who,
    jsonb_build_object('number', i.number, 'title', i.title, 'task', NEW.title)
  FROM incident i WHERE i.id = NEW.incident_id
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER notify_task_new AFTER INSERT ON case_task DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.owner_id IS NOT NULL) EXECUTE FUNCTION notify_of_task();
CREATE CONSTRAINT TRIGGER notify_task_given AFTER UPDATE ON case_task DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.owner_id IS NOT NULL AND NEW.owner_id IS DISTINCT FROM OLD.owner_id) EXECUTE FUNCTION notify_of_task();
CREATE INDEX case_task_due ON case_task (due_at) WHERE state IN ('todo', 'doing') AND due_at IS NOT NULL AND owner_id IS NOT NULL;
