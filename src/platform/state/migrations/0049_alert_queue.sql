-- The queue at a million open alerts: an order that needs no clock, words that are found by an index, and counts that are kept
-- instead of counted.
ALTER TABLE alert
  -- What the rule's record adds or takes, as last applied to this alert.
  ADD COLUMN precision_points smallint NOT NULL DEFAULT 0;
-- Points of severity and record, as the time they are worth (one point = two days), less the time of its opening. Waiting adds the
-- same to all, so this order is the order of priorities at every moment. Closed alerts have none.
ALTER TABLE alert ADD COLUMN rank bigint GENERATED ALWAYS AS (
  CASE WHEN status = 'closed' THEN NULL ELSE
    (CASE coalesce(expert_severity, level) WHEN 'critical' THEN 80 WHEN 'high' THEN 60 WHEN 'medium' THEN 40 WHEN 'low' THEN 20 ELSE 0 END
      + precision_points) * 172800
    - extract(epoch FROM created_at - timestamptz '2020-01-01 00:00:00+00')::bigint
  END
) STORED;

-- Words of the alert's own text: runs of a-z and 0-9, and pairs of neighbors in everything else, as text.ts makes them. Beside the
-- alert, since its index is the dearest to keep: it is written when the text changes, not with every change of the alert.
CREATE TABLE alert_words (
  alert_id text PRIMARY KEY,
  words tsvector NOT NULL
);
INSERT INTO alert_words
SELECT a.id, coalesce((
  SELECT array_to_tsvector(array_agg(DISTINCT w.word)) FROM (
    SELECT left(m[1], 64) AS word FROM regexp_matches(a.search_text, '[a-z0-9]+', 'g') m
    UNION ALL
    SELECT substr(m[1], i, 2) FROM regexp_matches(a.search_text, '[^\x01-\x7f]+', 'g') m, generate_series(1, length(m[1])) i
    LIMIT 400
  ) w
), '') FROM alert a;
CREATE INDEX alert_words_of ON alert_words USING gin (words);

-- Of what waits only, and without the id: equal keys are stored once, and every change of an alert writes to all of these.
-- The time of opening is looked at in the index, while it is walked in order.
CREATE INDEX alert_rank ON alert (rank, created_at) WHERE status <> 'closed';
CREATE INDEX alert_rank_rule ON alert (rule_id, rank) WHERE status <> 'closed';
CREATE INDEX alert_rank_unit ON alert (unit_id, rank) WHERE status <> 'closed';
CREATE INDEX alert_rank_severity ON alert (severity, rank) WHERE status <> 'closed';
CREATE INDEX alert_rank_assignee ON alert (assignee_id, rank) WHERE status <> 'closed' AND assignee_id IS NOT NULL;
CREATE INDEX alert_rank_started ON alert (rank) WHERE status = 'in-progress';
CREATE INDEX alert_largest ON alert (count) WHERE status <> 'closed';
CREATE INDEX alert_created ON alert (created_at);
-- A cell of the matrix, however rare.
CREATE INDEX alert_judged ON alert (expert_severity, level) WHERE expert_severity IS NOT NULL;
DROP INDEX alert_queue;

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

-- The rows of one statement before (-1) and after (+1), added to every count. What is equal cancels out: detections that only make
-- alerts grow write nothing here. Three functions that differ in their rows alone, for a trigger may name those of one event only.
CREATE FUNCTION alert_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  WITH c AS MATERIALIZED (
    SELECT rule_id, unit_id, entity_kind, status, level, coalesce(expert_severity, '') AS expert_severity,
      coalesce(assignee_id, '') AS assignee_id, coalesce(assignee_name, '') AS assignee_name, coalesce(disposition, '') AS disposition,
      date_trunc('hour', created_at, 'UTC') AS hour, CASE WHEN status = 'closed' THEN coalesce(closed_by, id) END AS closer,
      CASE WHEN expert_severity IS NOT NULL THEN coalesce(judged_by, id) END AS judge, sum(sign) AS n
    FROM (SELECT *, 1 AS sign FROM added) moved GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 HAVING sum(sign) <> 0
  ), tally AS (
    INSERT INTO alert_tally_new
    SELECT rule_id, unit_id, entity_kind, status, level, expert_severity, assignee_id, assignee_name, disposition, sum(n)
    FROM c GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 HAVING sum(n) <> 0
  ), hours AS (
    INSERT INTO alert_hour_new SELECT hour, unit_id, level, expert_severity, sum(n) FROM c GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0
  ), verdicts AS (
    INSERT INTO alert_verdict (rule_id, unit_id, change_id, disposition, alerts)
    SELECT rule_id, unit_id, closer, disposition, sum(n) FROM c WHERE closer IS NOT NULL GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0
    RETURNING rule_id
  ), judged AS (
    INSERT INTO alert_rule_judged SELECT DISTINCT rule_id FROM verdicts
  )
  INSERT INTO alert_judgment (rule_id, unit_id, change_id, level, expert_severity, alerts)
  SELECT rule_id, unit_id, judge, level, expert_severity, sum(n) FROM c WHERE judge IS NOT NULL GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) <> 0;
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
  WITH c AS MATERIALIZED (
    SELECT rule_id, unit_id, entity_kind, status, level, coalesce(expert_severity, '') AS expert_severity,
      coalesce(assignee_id, '') AS assignee_id, coalesce(assignee_name, '') AS assignee_name, coalesce(disposition, '') AS disposition,
      date_trunc('hour', created_at, 'UTC') AS hour, CASE WHEN status = 'closed' THEN coalesce(closed_by, id) END AS closer,
      CASE WHEN expert_severity IS NOT NULL THEN coalesce(judged_by, id) END AS judge, sum(sign) AS n
    FROM (SELECT *, -1 AS sign FROM before UNION ALL SELECT *, 1 FROM added) moved GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 HAVING sum(sign) <> 0
  ), tally AS (
    INSERT INTO alert_tally_new
    SELECT rule_id, unit_id, entity_kind, status, level, expert_severity, assignee_id, assignee_name, disposition, sum(n)
    FROM c GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 HAVING sum(n) <> 0
  ), hours AS (
    INSERT INTO alert_hour_new SELECT hour, unit_id, level, expert_severity, sum(n) FROM c GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0
  ), verdicts AS (
    INSERT INTO alert_verdict (rule_id, unit_id, change_id, disposition, alerts)
    SELECT rule_id, unit_id, closer, disposition, sum(n) FROM c WHERE closer IS NOT NULL GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0
    RETURNING rule_id
  ), judged AS (
    INSERT INTO alert_rule_judged SELECT DISTINCT rule_id FROM verdicts
  )
  INSERT INTO alert_judgment (rule_id, unit_id, change_id, level, expert_severity, alerts)
  SELECT rule_id, unit_id, judge, level, expert_severity, sum(n) FROM c WHERE judge IS NOT NULL GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) <> 0;
  RETURN NULL;
END $$;
CREATE FUNCTION alert_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  WITH c AS MATERIALIZED (
    SELECT rule_id, unit_id, entity_kind, status, level, coalesce(expert_severity, '') AS expert_severity,
      coalesce(assignee_id, '') AS assignee_id, coalesce(assignee_name, '') AS assignee_name, coalesce(disposition, '') AS disposition,
      date_trunc('hour', created_at, 'UTC') AS hour, CASE WHEN status = 'closed' THEN coalesce(closed_by, id) END AS closer,
      CASE WHEN expert_severity IS NOT NULL THEN coalesce(judged_by, id) END AS judge, sum(sign) AS n
    FROM (SELECT *, -1 AS sign FROM before) moved GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 HAVING sum(sign) <> 0
  ), tally AS (
    INSERT INTO alert_tally_new
    SELECT rule_id, unit_id, entity_kind, status, level, expert_severity, assignee_id, assignee_name, disposition, sum(n)
    FROM c GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 HAVING sum(n) <> 0
  ), hours AS (
    INSERT INTO alert_hour_new SELECT hour, unit_id, level, expert_severity, sum(n) FROM c GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0
  ), verdicts AS (
    INSERT INTO alert_verdict (rule_id, unit_id, change_id, disposition, alerts)
    SELECT rule_id, unit_id, closer, disposition, sum(n) FROM c WHERE closer IS NOT NULL GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0
    RETURNING rule_id
  ), judged AS (
    INSERT INTO alert_rule_judged SELECT DISTINCT rule_id FROM verdicts
  )
  INSERT INTO alert_judgment (rule_id, unit_id, change_id, level, expert_severity, alerts)
  SELECT rule_id, unit_id, judge, level, expert_severity, sum(n) FROM c WHERE judge IS NOT NULL GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) <> 0;
  DELETE FROM alert_words w USING before b WHERE w.alert_id = b.id;
  RETURN NULL;
END $$;
CREATE FUNCTION alert_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  TRUNCATE alert_tally, alert_tally_new, alert_hour, alert_hour_new, alert_verdict, alert_judgment, alert_rule, alert_rule_judged,
    alert_words;
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
