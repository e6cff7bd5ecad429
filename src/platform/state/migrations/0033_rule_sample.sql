-- Events that an own rule must fire on (hit) or must not (miss): run again before a new version of the rule is stored.
CREATE TABLE rule_sample (
  id text PRIMARY KEY,
  rule_id text NOT NULL,
  expected text NOT NULL CHECK (expected IN ('hit', 'miss')),
  text text NOT NULL,
  note text NOT NULL,
  by_id text NOT NULL,
  by_name text NOT NULL,
  at timestamptz(3) NOT NULL
);
CREATE INDEX rule_sample_rule ON rule_sample (rule_id, id);
