-- When an alert was seen: stretches without two quiet days, each reaching 48 hours past the last detection in it, so that what lies nearer
-- to another is one with it. Unlike a single instant it is the same in whatever order the detections come in. The last 90 days.
ALTER TABLE alert ADD COLUMN runs tstzmultirange NOT NULL DEFAULT '{}';
UPDATE alert SET runs = tstzmultirange(
  tstzrange(first_at, CASE WHEN burst_at IS NULL THEN last_at ELSE first_at END + interval '48 hours', '[]'),
  tstzrange(coalesce(burst_at, first_at), last_at + interval '48 hours', '[]')
) WHERE first_at <= last_at AND coalesce(burst_at, first_at) <= last_at;
ALTER TABLE alert DROP COLUMN burst_at;

-- When a rule was seen here for the first time, whatever has become of that alert. Null = none of its alerts came from detections.
ALTER TABLE alert_rule ADD COLUMN first_at timestamptz(3);
UPDATE alert_rule r SET first_at = a.first_at FROM (SELECT rule_id, min(first_at) AS first_at FROM alert GROUP BY rule_id) a
WHERE a.rule_id = r.rule_id;
