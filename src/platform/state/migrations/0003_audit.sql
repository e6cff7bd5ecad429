-- Who did what, written in the transaction that did it. Rows are never changed: the trigger refuses even a mistake of ours.
CREATE TABLE audit (
  id text COLLATE "C" PRIMARY KEY,
  at timestamptz NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  actor_name text NOT NULL,
  action text COLLATE "C" NOT NULL,
  target_kind text NOT NULL,
  target_id text NOT NULL,
  unit_id text COLLATE "C",
  detail jsonb NOT NULL DEFAULT '{}',
  request_id text,
  ip text
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_action ON audit (action, id);
CREATE INDEX audit_target ON audit (target_kind, target_id, id);
CREATE INDEX audit_actor ON audit (actor_id, id);
CREATE INDEX audit_unit ON audit (unit_id, id);

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit rows are append-only';
END
$$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
