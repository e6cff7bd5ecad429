-- A person has had a hand in the incident, whichever slice wrote it down: one that is claimed is never taken apart by the joining of
-- alerts. Listing an incident in a shift that is handed over is no work on it.
ALTER TABLE incident ADD COLUMN claimed_at timestamptz(3);
UPDATE incident i SET claimed_at = c.at FROM (
  SELECT incident_id, min(at) AS at FROM (
    SELECT incident_id, at FROM incident_entry WHERE actor_kind <> 'system'
    UNION ALL SELECT incident_id, at FROM case_feed WHERE actor_kind <> 'system' AND kind <> 'shift-handed-over'
    UNION ALL SELECT incident_id, declared_at FROM crisis_declaration WHERE actor_kind <> 'system'
    UNION ALL SELECT incident_id, at FROM duty_event
  ) acts GROUP BY incident_id
) c WHERE c.incident_id = i.id;

-- TRUNCATE fires no trigger of UPDATE or DELETE: what may not be rewritten may not be emptied either. A table without rows
-- loses nothing, so that emptying tables around it stays possible.
CREATE FUNCTION case_is_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  has_rows boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT FROM %I.%I)', TG_TABLE_SCHEMA, TG_TABLE_NAME) INTO has_rows;
  IF has_rows THEN
    RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER crisis_declaration_not_emptied BEFORE TRUNCATE ON crisis_declaration
  FOR EACH STATEMENT EXECUTE FUNCTION case_is_never_emptied();
CREATE TRIGGER crisis_impact_not_emptied BEFORE TRUNCATE ON crisis_impact
  FOR EACH STATEMENT EXECUTE FUNCTION case_is_never_emptied();
CREATE TRIGGER case_note_version_not_emptied BEFORE TRUNCATE ON case_note_version
  FOR EACH STATEMENT EXECUTE FUNCTION case_is_never_emptied();
CREATE TRIGGER case_evidence_not_emptied BEFORE TRUNCATE ON case_evidence
  FOR EACH STATEMENT EXECUTE FUNCTION case_is_never_emptied();
CREATE TRIGGER case_custody_not_emptied BEFORE TRUNCATE ON case_custody
  FOR EACH STATEMENT EXECUTE FUNCTION case_is_never_emptied();
CREATE TRIGGER case_feed_not_emptied BEFORE TRUNCATE ON case_feed
  FOR EACH STATEMENT EXECUTE FUNCTION case_is_never_emptied();
CREATE TRIGGER case_handover_not_emptied BEFORE TRUNCATE ON case_handover
  FOR EACH STATEMENT EXECUTE FUNCTION case_is_never_emptied();

-- Whoever hands a shift over may take it back while nobody has acknowledged it.
ALTER TABLE case_handover ADD COLUMN withdrawn_at timestamptz(3),
  ADD CONSTRAINT case_handover_ends_once CHECK (acknowledged_at IS NULL OR withdrawn_at IS NULL);
CREATE OR REPLACE FUNCTION case_handover_only_acknowledged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.acknowledged_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL
    OR to_jsonb(NEW) - 'acknowledged_at' - 'answer' - 'withdrawn_at'
      IS DISTINCT FROM to_jsonb(OLD) - 'acknowledged_at' - 'answer' - 'withdrawn_at' THEN
    RAISE EXCEPTION 'a handover is never changed, only acknowledged or taken back once';
  END IF;
  RETURN NEW;
END
$$;

-- The first detection counts, also when a return to an earlier phase voided it: what was stored otherwise is worked out anew.
WITH first_word AS (
  SELECT incident_id, phase, min(number) AS number FROM crisis_declaration
  WHERE phase IN ('anomaly', 'discovered') GROUP BY incident_id, phase
), last_word AS (
  SELECT DISTINCT ON (d.incident_id, d.phase) d.incident_id, d.at
  FROM first_word f JOIN crisis_declaration d ON d.incident_id = f.incident_id AND d.phase = f.phase AND d.number >= f.number
  WHERE d.number < coalesce((SELECT min(n.number) FROM crisis_declaration n WHERE n.incident_id = f.incident_id
    AND n.phase = f.phase AND n.number > f.number AND n.kind <> 'corrected'), 2147483647)
  ORDER BY d.incident_id, d.phase, d.number DESC
)
UPDATE crisis_state s SET detected_at = w.at
FROM (SELECT incident_id, min(at) AS at FROM last_word GROUP BY incident_id) w
WHERE w.incident_id = s.incident_id AND s.detected_at IS DISTINCT FROM w.at;

-- That a deadline is over is written down once, as the thresholds before it are.
ALTER TABLE duty_warning DROP CONSTRAINT duty_warning_percent_check,
  ADD CONSTRAINT duty_warning_percent_check CHECK (percent IN (50, 80, 95, 100));

-- A service that was named by mistake leaves the case; what was declared of it stays.
ALTER TABLE crisis_service ADD COLUMN removed_at timestamptz(3);
