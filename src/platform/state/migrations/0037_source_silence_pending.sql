-- What of a silence is still to be said, so that a restart does not swallow it.
ALTER TABLE source_cadence
  -- It spoke again, and that is not told yet.
  ADD COLUMN spoke_at timestamptz(3),
  -- It was told that it speaks again, and its alert is not marked yet: the silence's span.
  ADD COLUMN mark_since timestamptz(3),
  ADD COLUMN mark_until timestamptz(3),
  -- It fell silent with most others and was told with them, as a failure of Yagura's own hearing.
  ADD COLUMN is_together boolean NOT NULL DEFAULT false;
