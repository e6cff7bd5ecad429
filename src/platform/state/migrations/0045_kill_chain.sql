-- Which step of the kill chain a tactic or a technique of ATT&CK stands for, as the group has changed it. No row = as delivered.
-- A reset takes the maps away and keeps the version, so that an editor opened before it hears of it.
CREATE TABLE kill_chain (
  id smallint PRIMARY KEY CHECK (id = 1),
  version integer NOT NULL,
  -- {"execution": "exploitation"}; NULL = as delivered.
  tactics jsonb,
  -- {"T1190": "exploitation"}; NULL = as delivered.
  techniques jsonb,
  changed_at timestamptz(3) NOT NULL,
  changed_by_id text NOT NULL,
  changed_by_name text NOT NULL,
  CHECK ((tactics IS NULL) = (techniques IS NULL))
);
