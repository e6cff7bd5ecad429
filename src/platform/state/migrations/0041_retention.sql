-- How long events are kept: every version of every policy, so that a deletion names for good the one it followed. The newest
-- version of a scope is in force; 'inherit' hands the question to the unit above. A hold keeps everything below it from deletion.
CREATE TABLE retention_policy (
  scope_kind text NOT NULL CHECK (scope_kind IN ('unit', 'source')),
  scope_id text COLLATE "C" NOT NULL,
  version integer NOT NULL CHECK (version >= 1),
  -- The unit itself, or the unit that the source belonged to: a source's policy reaches no events of other units.
  unit_id text COLLATE "C" NOT NULL,
  keep text NOT NULL CHECK (keep IN ('inherit', 'days', 'forever')),
  days integer CHECK (days BETWEEN 1 AND 36500),
  -- '' = no hold.
  hold_reason text NOT NULL,
  set_by_id text NOT NULL,
  set_by_name text NOT NULL,
  set_at timestamptz(3) NOT NULL,
  PRIMARY KEY (scope_kind, scope_id, version),
  CHECK ((keep = 'days') = (days IS NOT NULL))
);

-- What was deleted by policy: written before the events go (done_at NULL), finished when they are gone, never changed after that.
CREATE TABLE retention_deletion (
  id text COLLATE "C" PRIMARY KEY,
  -- The day of receipt, UTC, as yyyymmdd: the partition of the events engine.
  day integer NOT NULL,
  unit_id text COLLATE "C" NOT NULL,
  source_id text COLLATE "C" NOT NULL,
  source_name text NOT NULL,
  policy_kind text NOT NULL,
  policy_scope_id text COLLATE "C" NOT NULL,
  policy_version integer NOT NULL,
  policy_days integer NOT NULL,
  policy_set_by text NOT NULL,
  policy_set_at timestamptz(3) NOT NULL,
  events bigint NOT NULL,
  raw_bytes bigint NOT NULL,
  -- Share of the day's bytes on disk by raw bytes: an estimate.
  disk_bytes bigint NOT NULL,
  received_from timestamptz(3) NOT NULL,
  received_to timestamptz(3) NOT NULL,
  time_from timestamptz(3) NOT NULL,
  time_to timestamptz(3) NOT NULL,
  -- Numbers as `stream-seq`.
  first_event text NOT NULL,
  last_event text NOT NULL,
  planned_at timestamptz(3) NOT NULL,
  done_at timestamptz(3)
);
CREATE INDEX retention_deletion_unit ON retention_deletion (unit_id, time_to);
CREATE INDEX retention_deletion_day ON retention_deletion (day);
CREATE INDEX retention_deletion_open ON retention_deletion (id) WHERE done_at IS NULL;

CREATE FUNCTION retention_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'retention rows are append-only';
END
$$;
CREATE TRIGGER retention_policy_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON retention_policy
  FOR EACH STATEMENT EXECUTE FUNCTION retention_is_append_only();
CREATE TRIGGER retention_deletion_kept BEFORE DELETE OR TRUNCATE ON retention_deletion
  FOR EACH STATEMENT EXECUTE FUNCTION retention_is_append_only();

CREATE FUNCTION retention_deletion_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.done_at IS NOT NULL OR to_jsonb(NEW) - 'done_at' IS DISTINCT FROM to_jsonb(OLD) - 'done_at' THEN
    RAISE EXCEPTION 'a record of a deletion is never changed';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER retention_deletion_ends BEFORE UPDATE ON retention_deletion
  FOR EACH ROW EXECUTE FUNCTION retention_deletion_only_ends();
