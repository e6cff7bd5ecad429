-- A source is one sender or feed: what it may send for, how it is recognized, how it is read.
CREATE TABLE source (
  id text PRIMARY KEY,
  version integer NOT NULL DEFAULT 1,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('token', 'syslog', 'file')),
  token_id text,
  match_transport text,
  match_peer text,
  match_host_name text,
  unit_id text NOT NULL,
  format text NOT NULL,
  time_zone text NOT NULL,
  is_enabled boolean NOT NULL DEFAULT true,
  is_automatic boolean NOT NULL DEFAULT false,
  created_by_id text,
  created_by_name text,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  archived_at timestamptz(3)
);
CREATE UNIQUE INDEX source_token ON source (token_id) WHERE token_id IS NOT NULL;
CREATE INDEX source_unit ON source (unit_id);
