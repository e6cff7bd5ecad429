-- Alerts that somebody judged critical. One act may judge twenty thousand of them: of those in a unit it is one matter, and whoever did
-- it need not be told. What is closed, or was told before, is no news. Detection that raises alerts tells of each, as ever.
DROP TRIGGER notify_alert_new ON alert;
CREATE TRIGGER notify_alert_new AFTER INSERT ON alert FOR EACH ROW
  WHEN (NEW.status <> 'closed'
    AND (NEW.severity = 5 OR NEW.rule_id IN ('0b0f2a5e-5d1c-4d53-8f0e-6c5a1e7b9d24', '5c7de0b4-93a6-4f2e-8d15-2b6f0a9c4e71')))
  EXECUTE FUNCTION notify_of_alert();
DROP TRIGGER notify_alert_again ON alert;
CREATE TRIGGER notify_alert_again AFTER UPDATE ON alert FOR EACH ROW
  WHEN (NEW.count > OLD.count AND NEW.status <> 'closed'
    AND NEW.rule_id IN ('0b0f2a5e-5d1c-4d53-8f0e-6c5a1e7b9d24', '5c7de0b4-93a6-4f2e-8d15-2b6f0a9c4e71'))
  EXECUTE FUNCTION notify_of_alert();

CREATE FUNCTION notify_of_raised_alerts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  WITH raised AS MATERIALIZED (
    SELECT a.*, c.at AS act_at, c.id AS act, c.actor_id, c.actor_name, count(*) OVER (PARTITION BY c.id, a.unit_id) AS together
    FROM added a JOIN before b ON b.id = a.id
    LEFT JOIN alert_change c ON c.id = a.judged_by AND a.judged_by IS DISTINCT FROM b.judged_by
    WHERE a.severity = 5 AND b.severity < 5 AND a.status <> 'closed'
      AND a.rule_id NOT IN ('0b0f2a5e-5d1c-4d53-8f0e-6c5a1e7b9d24', '5c7de0b4-93a6-4f2e-8d15-2b6f0a9c4e71')
      AND NOT EXISTS (SELECT FROM notify_matter m WHERE m.subject = 'alert:' || a.id AND m.step = 'critical')
  )
  INSERT INTO notify_matter (at, kind, subject, step, unit_id, severity, actor_id, facts)
  SELECT updated_at, 'alert-critical', 'alert:' || id, 'critical', unit_id, severity, actor_id,
    jsonb_build_object('rule', rule_title, 'entityKind', entity_kind, 'entity', entity, 'alertId', id,
      'severity', coalesce(expert_severity, level))
  FROM raised WHERE act IS NULL OR together = 1
  UNION ALL
  SELECT max(act_at), 'alert-critical', 'judgment:' || act, 'critical:' || unit_id, unit_id, 5, max(actor_id),
    jsonb_build_object('alerts', count(*), 'actor', max(actor_name), 'severity', 'critical')
  FROM raised WHERE act IS NOT NULL AND together > 1 GROUP BY act, unit_id
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
CREATE TRIGGER notify_alert_raised AFTER UPDATE ON alert REFERENCING OLD TABLE AS before NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION notify_of_raised_alerts();

-- Not to be told any more (answered, closed, its recipient gone or without the right) is not given up: nobody need look at it or send it again.
ALTER TABLE notify_send DROP CONSTRAINT notify_send_state_check,
  ADD CONSTRAINT notify_send_state_check CHECK (state IN ('waiting', 'sent', 'dead', 'moot'));
UPDATE notify_send s SET state = 'moot' FROM notify_attempt a
WHERE s.state = 'dead' AND a.send_id = s.id AND a.number = s.attempts
  AND a.answer IN ('The recipient is no longer there, or was switched off.',
    'Nothing of it is to be told any more: the call is over, or the recipient may no longer read it.');
