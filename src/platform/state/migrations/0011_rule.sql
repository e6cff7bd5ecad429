-- Rules written in the browser, every version kept; and the switch of any rule, from a directory or not.
CREATE TABLE rule_document (
  id text PRIMARY KEY,
  version integer NOT NULL,
  text text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  deleted_at timestamptz(3)
);
CREATE TABLE rule_version (
  rule_id text NOT NULL REFERENCES rule_document (id),
  version integer NOT NULL,
  text text NOT NULL,
  comment text NOT NULL,
  by_id text NOT NULL,
  by_name text NOT NULL,
  at timestamptz(3) NOT NULL,
  is_deleted boolean NOT NULL DEFAULT false,
  PRIMARY KEY (rule_id, version)
);
CREATE TABLE rule_override (
  rule_id text PRIMARY KEY,
  is_enabled boolean NOT NULL,
  reason text NOT NULL,
  by_id text NOT NULL,
  by_name text NOT NULL,
  at timestamptz(3) NOT NULL
);
