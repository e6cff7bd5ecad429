-- Whom to tell and what must be disclosed: every version of every register entry, so that a clock names for good the one
-- that was in force when it started. The newest version of an id is the register as it is now.
CREATE TABLE duty_entry (
  id text COLLATE "C" NOT NULL,
  version integer NOT NULL CHECK (version >= 1),
  unit_id text COLLATE "C" NOT NULL,
  category text NOT NULL,
  content jsonb NOT NULL,
  -- '' = in use.
  retired_reason text NOT NULL DEFAULT '',
  set_by_id text NOT NULL,
  set_by_name text NOT NULL,
  set_at timestamptz(3) NOT NULL,
  PRIMARY KEY (id, version)
);

-- Standing answers (representative, address, contact point) and days off of a unit; the newest version is in force.
CREATE TABLE duty_profile (
  unit_id text COLLATE "C" NOT NULL,
  version integer NOT NULL CHECK (version >= 1),
  content jsonb NOT NULL,
  set_by_id text NOT NULL,
  set_by_name text NOT NULL,
  set_at timestamptz(3) NOT NULL,
  PRIMARY KEY (unit_id, version)
);

-- What was declared, answered, drafted, approved and filed in an incident, in order. The case is what these rows say. No
-- foreign keys to incidents, which are another slice's table and never deleted.
CREATE TABLE duty_event (
  incident_id text NOT NULL,
  seq integer NOT NULL CHECK (seq >= 1),
  at timestamptz(3) NOT NULL,
  actor_id text NOT NULL,
  actor_name text NOT NULL,
  kind text NOT NULL,
  body jsonb NOT NULL,
  PRIMARY KEY (incident_id, seq)
);

-- The file as it was approved and sent, byte for byte.
CREATE TABLE duty_document (
  id text COLLATE "C" PRIMARY KEY,
  incident_id text NOT NULL,
  name text NOT NULL,
  media_type text NOT NULL,
  sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  bytes bytea NOT NULL
);
CREATE INDEX duty_document_of ON duty_document (incident_id);

-- Each threshold of each deadline is warned of once; a deadline that moved has warnings of its own.
CREATE TABLE duty_warning (
  incident_id text NOT NULL,
  clock text COLLATE "C" NOT NULL,
  due_at timestamptz(3) NOT NULL,
  percent smallint NOT NULL CHECK (percent IN (50, 80, 95)),
  at timestamptz(3) NOT NULL,
  PRIMARY KEY (incident_id, clock, due_at, percent)
);

CREATE FUNCTION duty_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of notification duties are append-only';
END
$$;
CREATE TRIGGER duty_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON duty_entry
  FOR EACH STATEMENT EXECUTE FUNCTION duty_is_append_only();
CREATE TRIGGER duty_profile_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON duty_profile
  FOR EACH STATEMENT EXECUTE FUNCTION duty_is_append_only();
CREATE TRIGGER duty_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON duty_event
  FOR EACH STATEMENT EXECUTE FUNCTION duty_is_append_only();
CREATE TRIGGER duty_document_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON duty_document
  FOR EACH STATEMENT EXECUTE FUNCTION duty_is_append_only();
CREATE TRIGGER duty_warning_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON duty_warning
  FOR EACH STATEMENT EXECUTE FUNCTION duty_is_append_only();

-- Where the clocks of an incident stand: follows from its events, rewritten with each of them, so that the watch and the
-- navigation read few rows.
CREATE TABLE duty_clock (
  incident_id text NOT NULL,
  clock text COLLATE "C" NOT NULL,
  entry_name_ja text NOT NULL,
  entry_name_en text NOT NULL,
  stage_name_ja text NOT NULL,
  stage_name_en text NOT NULL,
  zone text NOT NULL,
  applies text NOT NULL,
  starts_at timestamptz(3) NOT NULL,
  due_at timestamptz(3) NOT NULL,
  last_day text,
  PRIMARY KEY (incident_id, clock)
);
CREATE INDEX duty_clock_due ON duty_clock (due_at);
