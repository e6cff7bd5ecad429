-- Parsers that people wrote. `draft` is what is being worked on; `published_version` names the version in force, NULL = none.
CREATE TABLE parser_document (
  id text PRIMARY KEY,
  title text NOT NULL,
  draft text NOT NULL,
  -- Rises with every change, so that two people do not overwrite each other.
  revision integer NOT NULL,
  published_version integer,
  updated_by_id text NOT NULL,
  updated_by_name text NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  deleted_at timestamptz(3)
);
-- What was ever published, and by whom: never changed.
CREATE TABLE parser_version (
  parser_id text NOT NULL,
  version integer NOT NULL,
  text text NOT NULL,
  comment text NOT NULL,
  by_id text NOT NULL,
  by_name text NOT NULL,
  at timestamptz(3) NOT NULL,
  PRIMARY KEY (parser_id, version)
);
