-- Whom and what an alert touches: what alerts are joined to incidents by. Bounded per alert by whoever writes it. No foreign
-- key, as with the history: written in the transaction that takes detections in.
CREATE TABLE alert_touched (
  alert_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('host', 'account', 'address', 'hash', 'domain')),
  value text NOT NULL,
  -- The part it plays, most telling first: 0 the machine itself, 1 who acted, 2 source, 3 target, 4 destination, 5 object.
  role smallint NOT NULL,
  PRIMARY KEY (alert_id, kind, value)
);
CREATE INDEX alert_touched_value ON alert_touched (value, kind);

-- Alerts that are new, have grown or were judged since alerts were last joined. A newer mark outlives the work on an older one.
CREATE SEQUENCE alert_unformed_mark;
CREATE TABLE alert_unformed (
  alert_id text PRIMARY KEY,
  mark bigint NOT NULL DEFAULT nextval('alert_unformed_mark')
);
CREATE INDEX alert_unformed_next ON alert_unformed (mark);

-- What is there already is joined as well: by the entity that it was grouped by, and by its latest event.
INSERT INTO alert_touched (alert_id, kind, value, role)
SELECT DISTINCT ON (id, kind, value) id, kind, value, role FROM (
  SELECT id, 'host' AS kind, split_part(lower(sample ->> 'hostName'), '.', 1) AS value, 0 AS role FROM alert
    WHERE sample ->> 'hostName' !~ '^[0-9.:]+$'
  UNION ALL
  SELECT id, 'account', lower(sample ->> 'userName'), 1 FROM alert
  UNION ALL
  SELECT id, 'address', sample ->> 'sourceIp', 2 FROM alert
) known
WHERE value NOT IN ('', '-', '::', '127.0.0.1', '::1', 'system', 'local service', 'network service', 'root', 'administrator', 'admin')
  AND length(value) <= 240
ORDER BY id, kind, value, role;
INSERT INTO alert_unformed (alert_id) SELECT id FROM alert ORDER BY id;
