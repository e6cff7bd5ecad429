-- Both severities with who and when, and what acts of people say of a rule. One act is one verdict: `alert_verdict` counts what an act
-- closed, per rule and unit, and a verdict stands while one alert of it does.
ALTER TABLE alert
  -- When the rule first said `level`.
  ADD COLUMN level_at timestamptz(3),
  -- The change that closed it; whose disposition it is.
  ADD COLUMN closed_by text,
  -- The change that gave the expert severity: who and when are there.
  ADD COLUMN judged_by text;
UPDATE alert SET level_at = first_at;
ALTER TABLE alert ALTER COLUMN level_at SET NOT NULL;
ALTER TABLE alert_history ADD COLUMN was_closed_by text, ADD COLUMN was_judged_by text;

UPDATE alert a SET closed_by = (
  SELECT c.id FROM alert_history h JOIN alert_change c ON c.id = h.change_id
  WHERE h.alert_id = a.id AND c.undone_by IS NULL AND c.after ? 'disposition' ORDER BY h.version_after DESC LIMIT 1
) WHERE a.status = 'closed';
UPDATE alert a SET judged_by = (
  SELECT c.id FROM alert_history h JOIN alert_change c ON c.id = h.change_id
  WHERE h.alert_id = a.id AND c.undone_by IS NULL AND c.after ? 'expertSeverity' ORDER BY h.version_after DESC LIMIT 1
) WHERE a.expert_severity IS NOT NULL;

-- Rules as their newest alert names them, and their record: how many acts of closing found what.
CREATE TABLE alert_rule (
  rule_id text PRIMARY KEY,
  title text NOT NULL,
  tactics text[] NOT NULL,
  techniques text[] NOT NULL,
  true_positive integer NOT NULL DEFAULT 0,
  false_positive integer NOT NULL DEFAULT 0,
  benign integer NOT NULL DEFAULT 0,
  -- What the record adds to or takes from the priority of its alerts, -20 to 20; and what its open alerts were last given.
  points smallint NOT NULL DEFAULT 0,
  applied_points smallint NOT NULL DEFAULT 0
);
-- Rules of which something was closed or reopened: their record is counted anew by the keeper of the queue.
CREATE TABLE alert_rule_judged (rule_id text NOT NULL);
INSERT INTO alert_rule (rule_id, title, tactics, techniques)
SELECT DISTINCT ON (rule_id) rule_id, rule_title, tactics, techniques FROM alert ORDER BY rule_id, last_at DESC;

-- Only added to: what is reopened or undone is a row with a negative count. So people who close at the same time never wait for
-- each other here, and nothing is lost.
CREATE TABLE alert_verdict (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  rule_id text NOT NULL,
  unit_id text NOT NULL,
  change_id text NOT NULL,
  disposition text NOT NULL,
  alerts bigint NOT NULL
);
CREATE INDEX alert_verdict_rule ON alert_verdict (rule_id, change_id, disposition, unit_id) INCLUDE (alerts);

-- The same for expert severities beside the rule's own.
CREATE TABLE alert_judgment (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  rule_id text NOT NULL,
  unit_id text NOT NULL,
  change_id text NOT NULL,
  level text NOT NULL,
  expert_severity text NOT NULL,
  alerts bigint NOT NULL
);
CREATE INDEX alert_judgment_rule ON alert_judgment (rule_id, change_id);

INSERT INTO alert_verdict (rule_id, unit_id, change_id, disposition, alerts)
SELECT rule_id, unit_id, coalesce(closed_by, id), disposition, count(*) FROM alert WHERE status = 'closed' GROUP BY 1, 2, 3, 4;
INSERT INTO alert_judgment (rule_id, unit_id, change_id, level, expert_severity, alerts)
SELECT rule_id, unit_id, coalesce(judged_by, id), level, expert_severity, count(*) FROM alert
WHERE expert_severity IS NOT NULL GROUP BY 1, 2, 3, 4, 5;
INSERT INTO alert_rule_judged SELECT DISTINCT rule_id FROM alert_verdict;
CREATE INDEX alert_change_noted ON alert_change (id) WHERE note IS NOT NULL;
CREATE INDEX alert_change_actor ON alert_change (actor_id, at);
