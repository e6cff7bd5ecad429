-- The queue at a million open alerts: an order that needs no clock, words that are found by an index, and counts that are kept
-- instead of counted.
ALTER TABLE alert
  -- What the rule's record adds or takes, as last applied to this alert.
  ADD COLUMN precision_points smallint NOT NULL DEFAULT 0,
  ADD COLUMN words tsvector NOT NULL DEFAULT '';
-- Points of severity and record, as the time they are worth (one point = two days), less the time of its opening. Waiting adds the
-- same to all, so this order is the order of priorities at every moment. Closed alerts have none.
ALTER TABLE alert ADD COLUMN rank bigint GENERATED ALWAYS AS (
  CASE WHEN status = 'closed' THEN NULL ELSE
    (CASE coalesce(expert_severity, level) WHEN 'critical' THEN 80 WHEN 'high' THEN 60 WHEN 'medium' THEN 40 WHEN 'low' THEN 20 ELSE 0 END
      + precision_points) * 172800
    - extract(epoch FROM created_at - timestamptz '2020-01-01 00:00:00+00')::bigint
  END
) STORED;

-- Words of the alert's own text: runs of a-z and 0-9, and pairs of neighbors in everything else, as text.ts makes them.
UPDATE alert a SET words = coalesce((
  SELECT array_to_tsvector(array_agg(DISTINCT w.word)) FROM (
    SELECT left(m[1], 64) AS word FROM regexp_matches(a.search_text, '[a-z0-9]+', 'g') m
    UNION ALL
    SELECT substr(m[1], i, 2) FROM regexp_matches(a.search_text, '[^\x01-\x7f]+', 'g') m, generate_series(1, length(m[1])) i
    LIMIT 400
  ) w
), '');

CREATE INDEX alert_rank ON alert (rank, id) WHERE status <> 'closed';
CREATE INDEX alert_rank_rule ON alert (rule_id, rank, id) WHERE status <> 'closed';
CREATE INDEX alert_rank_unit ON alert (unit_id, rank, id) WHERE status <> 'closed';
CREATE INDEX alert_rank_severity ON alert (severity, rank, id) WHERE status <> 'closed';
CREATE INDEX alert_rank_assignee ON alert (assignee_id, rank, id) WHERE status <> 'closed' AND assignee_id IS NOT NULL;
CREATE INDEX alert_rank_started ON alert (rank, id) WHERE status = 'in-progress';
CREATE INDEX alert_largest ON alert (count, last_at, id) WHERE status <> 'closed';
CREATE INDEX alert_created ON alert (created_at);
CREATE INDEX alert_words ON alert USING gin (words);

-- How many alerts there are of each kind; '' stands for none. `_new` is only added to (positive and negative), so that whoever changes
-- alerts never waits for a counter; a keeper folds it into the other. The truth is the sum of both.
CREATE TABLE alert_tally (
  rule_id text NOT NULL,
  unit_id text NOT NULL,
  entity_kind text NOT NULL,
  status text NOT NULL,
  level text NOT NULL,
  expert_severity text NOT NULL,
  assignee_id text NOT NULL,
  assignee_name text NOT NULL,
  disposition text NOT NULL,
  n bigint NOT NULL,
  PRIMARY KEY (rule_id, unit_id, entity_kind, status, level, expert_severity, assignee_id, assignee_name, disposition)
);
CREATE TABLE alert_tally_new (LIKE alert_tally);
-- Alerts by the hour in which they were opened: the matrix of the two severities, over any period.
CREATE TABLE alert_hour (
  hour timestamptz NOT NULL,
  unit_id text NOT NULL,
  level text NOT NULL,
  expert_severity text NOT NULL,
  n bigint NOT NULL,
  PRIMARY KEY (hour, unit_id, level, expert_severity)
);
CREATE TABLE alert_hour_new (LIKE alert_hour);

INSERT INTO alert_tally
SELECT rule_id, unit_id, entity_kind, status, level, coalesce(expert_severity, ''), coalesce(assignee_id, ''), coalesce(assignee_name, ''),
  coalesce(disposition, ''), count(*) FROM alert GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;
INSERT INTO alert_hour
SELECT date_trunc('hour', created_at, 'UTC'), unit_id, level, coalesce(expert_severity, ''), count(*) FROM alert GROUP BY 1, 2, 3, 4;

-- What differs between the rows of one statement before (-1) and after (+1), added to every count. Detections that only make alerts
-- grow change none of it and write nothing here.
CREATE TYPE alert_counted AS (
  sign integer, id text, rule_id text, unit_id text, entity_kind text, status text, level text, expert_severity text, assignee_id text,
  assignee_name text, disposition text, created_at timestamptz, closed_by text, judged_by text
);
CREATE FUNCTION alert_count(changed alert_counted[]) RETURNS void LANGUAGE sql AS $$
  WITH c AS MATERIALIZED (SELECT * FROM unnest(changed)),
  tally AS (
    INSERT INTO alert_tally_new
    SELECT rule_id, unit_id, entity_kind, status, level, coalesce(expert_severity, ''), coalesce(assignee_id, ''),
      coalesce(assignee_name, ''), coalesce(disposition, ''), sum(sign)
    FROM c GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 HAVING sum(sign) <> 0
  ), hours AS (
    INSERT INTO alert_hour_new
    SELECT date_trunc('hour', created_at, 'UTC'), unit_id, level, coalesce(expert_severity, ''), sum(sign)
    FROM c GROUP BY 1, 2, 3, 4 HAVING sum(sign) <> 0
  ), verdicts AS (
    INSERT INTO alert_verdict (rule_id, unit_id, change_id, disposition, alerts)
    SELECT rule_id, unit_id, coalesce(closed_by, id), disposition, sum(sign)
    FROM c WHERE status = 'closed' GROUP BY 1, 2, 3, 4 HAVING sum(sign) <> 0
    RETURNING rule_id
  ), judged AS (
    INSERT INTO alert_rule_judged SELECT DISTINCT rule_id FROM verdicts
  )
  INSERT INTO alert_judgment (rule_id, unit_id, change_id, level, expert_severity, alerts)
  SELECT rule_id, unit_id, coalesce(judged_by, id), level, expert_severity, sum(sign)
  FROM c WHERE expert_severity IS NOT NULL GROUP BY 1, 2, 3, 4, 5 HAVING sum(sign) <> 0
$$;

CREATE FUNCTION alert_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM alert_count((SELECT array_agg(ROW(1, a.id, a.rule_id, a.unit_id, a.entity_kind, a.status, a.level, a.expert_severity,
    a.assignee_id, a.assignee_name, a.disposition, a.created_at, a.closed_by, a.judged_by)::alert_counted) FROM added a));
  -- The newest alert of a rule names it. Looked at before written, for a write that changes nothing would still lock the row.
  INSERT INTO alert_rule (rule_id, title, tactics, techniques)
  SELECT DISTINCT ON (a.rule_id) a.rule_id, a.rule_title, a.tactics, a.techniques FROM added a
  WHERE NOT EXISTS (SELECT 1 FROM alert_rule r WHERE r.rule_id = a.rule_id
    AND (r.title, r.tactics, r.techniques) = (a.rule_title, a.tactics, a.techniques))
  ORDER BY a.rule_id, a.last_at DESC
  ON CONFLICT (rule_id) DO UPDATE SET title = excluded.title, tactics = excluded.tactics, techniques = excluded.techniques;
  RETURN NULL;
END $$;

CREATE FUNCTION alert_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM alert_count(moved.rows) FROM (
    SELECT array_agg(v.counted) AS rows
    FROM before b JOIN added a ON a.id = b.id CROSS JOIN LATERAL (VALUES
      (ROW(-1, b.id, b.rule_id, b.unit_id, b.entity_kind, b.status, b.level, b.expert_severity,
        b.assignee_id, b.assignee_name, b.disposition, b.created_at, b.closed_by, b.judged_by)::alert_counted),
      (ROW(1, a.id, a.rule_id, a.unit_id, a.entity_kind, a.status, a.level, a.expert_severity,
        a.assignee_id, a.assignee_name, a.disposition, a.created_at, a.closed_by, a.judged_by)::alert_counted)) v(counted)
    WHERE (b.status, b.level, b.expert_severity, b.assignee_id, b.assignee_name, b.disposition, b.closed_by, b.judged_by)
      IS DISTINCT FROM (a.status, a.level, a.expert_severity, a.assignee_id, a.assignee_name, a.disposition, a.closed_by, a.judged_by)
  ) moved WHERE moved.rows IS NOT NULL;
  RETURN NULL;
END $$;

CREATE FUNCTION alert_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM alert_count((SELECT array_agg(ROW(-1, b.id, b.rule_id, b.unit_id, b.entity_kind, b.status, b.level, b.expert_severity,
    b.assignee_id, b.assignee_name, b.disposition, b.created_at, b.closed_by, b.judged_by)::alert_counted) FROM before b));
  RETURN NULL;
END $$;

CREATE FUNCTION alert_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  TRUNCATE alert_tally, alert_tally_new, alert_hour, alert_hour_new, alert_verdict, alert_judgment, alert_rule, alert_rule_judged;
  RETURN NULL;
END $$;

CREATE TRIGGER alert_count_added AFTER INSERT ON alert REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION alert_added();
CREATE TRIGGER alert_count_changed AFTER UPDATE ON alert REFERENCING OLD TABLE AS before NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION alert_changed();
CREATE TRIGGER alert_count_removed AFTER DELETE ON alert REFERENCING OLD TABLE AS before
  FOR EACH STATEMENT EXECUTE FUNCTION alert_removed();
CREATE TRIGGER alert_count_emptied AFTER TRUNCATE ON alert
  FOR EACH STATEMENT EXECUTE FUNCTION alert_emptied();
