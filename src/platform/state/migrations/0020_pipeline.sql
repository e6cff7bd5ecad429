-- How far the detections of each write-ahead log are counted into alerts. Moved in the same transaction as the alerts,
-- so that a replay after a crash counts nothing twice.
CREATE TABLE pipeline_checkpoint (
  stream bigint PRIMARY KEY,
  seq bigint NOT NULL,
  moved_at timestamptz NOT NULL DEFAULT now()
);
