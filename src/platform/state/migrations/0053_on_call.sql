-- Who is on call, and what happens when nobody answers.
CREATE TABLE on_call_rota (
  id text COLLATE "C" PRIMARY KEY,
  unit_id text COLLATE "C" NOT NULL,
  version integer NOT NULL DEFAULT 1,
  -- { name, zone, rotation, handoverAt, startsOn, people: [{ id, name }] }
  content jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL,
  retired_at timestamptz(3)
);
CREATE INDEX on_call_rota_unit ON on_call_rota (unit_id);

-- Somebody stands in for a while. Of two that overlap the one made later counts.
CREATE TABLE on_call_override (
  id text COLLATE "C" PRIMARY KEY,
  rota_id text COLLATE "C" NOT NULL REFERENCES on_call_rota (id),
  person_id text COLLATE "C" NOT NULL,
  person_name text NOT NULL,
  starts_at timestamptz(3) NOT NULL,
  ends_at timestamptz(3) NOT NULL,
  reason text NOT NULL,
  made_by text NOT NULL,
  made_at timestamptz(3) NOT NULL,
  removed_at timestamptz(3),
  CHECK (ends_at > starts_at)
);
CREATE INDEX on_call_override_of ON on_call_override (rota_id, ends_at);

CREATE TABLE on_call_policy (
  id text COLLATE "C" PRIMARY KEY,
  unit_id text COLLATE "C" NOT NULL,
  version integer NOT NULL DEFAULT 1,
  -- { name, steps: [{ targets, afterMinutes }], repeats }
  content jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL,
  retired_at timestamptz(3)
);
CREATE INDEX on_call_policy_unit ON on_call_policy (unit_id);

-- Somebody is being called. While one call of a policy in a unit is open, what comes joins it: a storm is one call.
CREATE TABLE on_call_page (
  id text COLLATE "C" PRIMARY KEY,
  policy_id text COLLATE "C" NOT NULL REFERENCES on_call_policy (id),
  unit_id text COLLATE "C" NOT NULL,
  -- The matter that began it, and how many joined.
  matter bigint NOT NULL REFERENCES notify_matter (position),
  joined integer NOT NULL DEFAULT 0,
  -- The steps as they were when it began.
  steps jsonb NOT NULL,
  repeats integer NOT NULL,
  started_at timestamptz(3) NOT NULL,
  -- Steps fired so far, over all rounds, and when the next one is due; NULL = it is over.
  fired integer NOT NULL DEFAULT 0,
  next_at timestamptz(3),
  -- Everybody called so far.
  called text[] NOT NULL DEFAULT '{}',
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'acknowledged', 'unanswered')),
  answered_by_id text,
  answered_by_name text,
  answered_at timestamptz(3),
  CHECK ((state = 'open') = (next_at IS NOT NULL))
);
CREATE UNIQUE INDEX on_call_page_open ON on_call_page (policy_id, unit_id) WHERE state = 'open';
CREATE INDEX on_call_page_due ON on_call_page (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX on_call_page_of ON on_call_page (unit_id, id);
