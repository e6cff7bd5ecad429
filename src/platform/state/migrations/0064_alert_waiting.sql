-- What waits, for displays on the wall: counted by severity and age, and the worst that nobody has taken, without reading the alerts
-- themselves. A million open ones are one walk through this index.
CREATE INDEX alert_waiting ON alert (severity DESC, created_at, id) INCLUDE (unit_id, assignee_id) WHERE status <> 'closed';
