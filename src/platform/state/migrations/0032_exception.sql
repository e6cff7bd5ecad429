-- Exceptions from rules: which events of which rules raise no alert, for how long, and who answers for it. They hang on the
-- rule's id, so that a new text of the rule keeps them. Nothing is deleted: an ended or expired one stays in the list.
CREATE TABLE rule_exception (
  id text PRIMARY KEY,
  version integer NOT NULL,
  rule_ids text[] NOT NULL,
  unit_id text NOT NULL,
  match jsonb NOT NULL,
  reason text NOT NULL,
  owner_id text NOT NULL,
  owner_name text NOT NULL,
  starts_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL CHECK (expires_at > starts_at),
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  -- Written once by the job that records the expiry; the exception itself stops at expires_at, whether the job ran or not.
  expired_at timestamptz(3),
  ended_at timestamptz(3),
  ended_by_id text,
  ended_by_name text,
  ended_reason text
);
CREATE INDEX rule_exception_open ON rule_exception (expires_at) WHERE ended_at IS NULL;
