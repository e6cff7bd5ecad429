-- Which matters are part of a call, the one that began it among them: who is called must be able to see them all.
CREATE TABLE on_call_page_matter (
  page_id text COLLATE "C" NOT NULL REFERENCES on_call_page (id),
  matter bigint NOT NULL REFERENCES notify_matter (position) ON DELETE CASCADE,
  joined_at timestamptz(3) NOT NULL,
  PRIMARY KEY (page_id, matter)
);
CREATE INDEX on_call_page_matter_of ON on_call_page_matter (matter);
INSERT INTO on_call_page_matter (page_id, matter, joined_at) SELECT id, matter, started_at FROM on_call_page;

-- `matter` is the most severe of them. A call is over, too, when what it is about was closed. `calls` counts calls made: a step is
-- called again when something more severe joins.
ALTER TABLE on_call_page ADD COLUMN calls integer NOT NULL DEFAULT 0,
  DROP CONSTRAINT on_call_page_state_check,
  ADD CONSTRAINT on_call_page_state_check CHECK (state IN ('open', 'acknowledged', 'unanswered', 'resolved'));
UPDATE on_call_page SET calls = fired;

-- Whoever has the first shift that is counted, as a place in `people`: who is on call now stays so when people are added.
ALTER TABLE on_call_rota ADD COLUMN turn integer NOT NULL DEFAULT 0 CHECK (turn >= 0);

-- Mail is one lane, each host of webhooks and chat rooms another, and calls have lanes of their own: a receiver that hangs holds up no
-- other. Calls count against no limit. `series`: attempts before the message was last sent again by hand.
ALTER TABLE notify_send ADD COLUMN lane text COLLATE "C" NOT NULL DEFAULT 'mail',
  ADD COLUMN is_call boolean NOT NULL DEFAULT false,
  ADD COLUMN severity smallint NOT NULL DEFAULT 1,
  ADD COLUMN series integer NOT NULL DEFAULT 0;
UPDATE notify_send s SET severity = o.severity, is_call = o.is_call
FROM (SELECT o.send_id, max(o.severity) AS severity, bool_and(m.kind = 'on-call') AS is_call
  FROM notify_owed o JOIN notify_matter m ON m.position = o.matter WHERE o.send_id IS NOT NULL GROUP BY o.send_id) o
WHERE o.send_id = s.id AND s.state <> 'sent';
UPDATE notify_send s SET lane = c.shown FROM notify_channel c WHERE c.id = s.to_id AND s.via <> 'email' AND s.state <> 'sent';
UPDATE notify_send SET lane = lane || ' call' WHERE is_call;
ALTER TABLE notify_owed ADD COLUMN is_call boolean NOT NULL DEFAULT false;
UPDATE notify_owed o SET is_call = true FROM notify_matter m WHERE m.position = o.matter AND m.kind = 'on-call' AND o.send_id IS NULL;
CREATE INDEX notify_owed_call ON notify_owed (due_at) WHERE send_id IS NULL AND is_call;
CREATE INDEX notify_send_lane ON notify_send (lane, severity DESC, next_at, id) WHERE state = 'waiting';
CREATE INDEX notify_send_dead ON notify_send (created_at) WHERE state = 'dead';
