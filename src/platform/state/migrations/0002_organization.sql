-- The group tree, its people, what they may do where, and the secrets that let them in.
CREATE TABLE unit (
  id text COLLATE "C" PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('head-office', 'branch', 'overseas', 'supplier', 'department')),
  name_ja text NOT NULL,
  name_en text NOT NULL,
  parent_id text COLLATE "C" REFERENCES unit (id),
  -- Ids from the root to this unit, each followed by a slash: a subtree is a range of this column.
  path text COLLATE "C" NOT NULL UNIQUE,
  country text NOT NULL,
  time_zone text NOT NULL,
  archived_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (parent_id IS NOT NULL OR kind = 'head-office')
);
CREATE INDEX unit_parent ON unit (parent_id);
CREATE UNIQUE INDEX unit_one_root ON unit ((true)) WHERE parent_id IS NULL;

CREATE TABLE person (
  id text COLLATE "C" PRIMARY KEY,
  auth_user_id text NOT NULL UNIQUE REFERENCES auth_user (id),
  name text NOT NULL,
  kana text,
  romaji text,
  email text NOT NULL UNIQUE,
  unit_id text COLLATE "C" NOT NULL REFERENCES unit (id),
  locale text NOT NULL CHECK (locale IN ('ja', 'en')),
  preferences jsonb NOT NULL DEFAULT '{}',
  is_active boolean NOT NULL DEFAULT true,
  last_sign_in_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX person_unit ON person (unit_id);

CREATE TABLE role_grant (
  person_id text COLLATE "C" NOT NULL REFERENCES person (id),
  role text NOT NULL,
  unit_id text COLLATE "C" NOT NULL REFERENCES unit (id),
  granted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (person_id, role, unit_id)
);
CREATE INDEX role_grant_unit ON role_grant (unit_id, role);

-- Only hashes of secrets are kept: an invitation, the setup link and a token are each shown once.
CREATE TABLE invitation (
  token_hash text PRIMARY KEY,
  person_id text COLLATE "C" NOT NULL REFERENCES person (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX invitation_person ON invitation (person_id);

CREATE TABLE setup_link (
  token_hash text PRIMARY KEY,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE access_token (
  id text COLLATE "C" PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('ingest', 'api')),
  unit_id text COLLATE "C" NOT NULL REFERENCES unit (id),
  prefix text NOT NULL,
  secret_hash text NOT NULL UNIQUE,
  grants jsonb NOT NULL DEFAULT '[]',
  source_id text,
  created_by jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz
);
CREATE INDEX access_token_unit ON access_token (unit_id);
