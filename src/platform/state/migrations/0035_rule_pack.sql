-- Rule packs: collections of Sigma files that were imported, with the versions that are kept. Texts are stored once, by the
-- SHA-256 of their bytes.
CREATE TABLE rule_pack_blob (
  hash text PRIMARY KEY,
  text text NOT NULL,
  size_bytes integer NOT NULL
);

CREATE TABLE rule_pack (
  name text PRIMARY KEY,
  -- The version in force, and the highest number ever given: after a return to an older one they differ.
  version integer NOT NULL,
  last_version integer NOT NULL CHECK (last_version >= version),
  is_enabled boolean NOT NULL,
  -- Packs imported later stand in for earlier ones, so this orders them.
  position bigint GENERATED ALWAYS AS IDENTITY,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  by_id text NOT NULL,
  by_name text NOT NULL,
  -- Why the pack is as it is: of the last import, return or switch.
  reason text NOT NULL
);

CREATE TABLE rule_pack_version (
  pack text NOT NULL REFERENCES rule_pack (name) ON DELETE CASCADE,
  version integer NOT NULL,
  at timestamptz(3) NOT NULL,
  by_id text NOT NULL,
  by_name text NOT NULL,
  comment text NOT NULL,
  -- { kind, from, ref?, commit?, folder? }; never a password.
  source jsonb NOT NULL,
  content_hash text NOT NULL,
  -- { files, bytes, rules, correlations, filters, rejected, … }
  counts jsonb NOT NULL,
  PRIMARY KEY (pack, version)
);

-- One row for as long as a path keeps its content: in the versions from since to through, NULL = to the newest. A version
-- that changes little adds few rows.
CREATE TABLE rule_pack_file (
  pack text NOT NULL REFERENCES rule_pack (name) ON DELETE CASCADE,
  path text NOT NULL,
  since integer NOT NULL,
  through integer CHECK (through >= since),
  kind text NOT NULL CHECK (kind IN ('rules', 'license')),
  hash text NOT NULL REFERENCES rule_pack_blob (hash),
  PRIMARY KEY (pack, path, since)
);
CREATE INDEX rule_pack_file_hash ON rule_pack_file (hash);
