-- Alerts are looked at every two seconds: neither the latest entry nor what people took out may cost a walk through the history.
CREATE INDEX incident_entry_position ON incident_entry (position);
CREATE INDEX incident_alert_removed ON incident_alert (removed_entry) WHERE removed_entry IS NOT NULL;
-- Verdicts of the last half year, by the day of the act.
CREATE INDEX alert_change_at ON alert_change (at);

-- Why an incident was formed, as it was last known. Unlike the clusters it stays: when the incident is closed, and when its alerts are old.
CREATE TABLE incident_formation (
  incident_id text PRIMARY KEY REFERENCES incident (id),
  score real NOT NULL,
  threshold real NOT NULL,
  explanation jsonb NOT NULL,
  formed_at timestamptz(3) NOT NULL
);
INSERT INTO incident_formation (incident_id, score, threshold, explanation, formed_at)
SELECT DISTINCT ON (incident_id) incident_id, score, threshold, explanation, formed_at
FROM formation_cluster WHERE incident_id IS NOT NULL ORDER BY incident_id, score DESC, id;

-- When an alert that was quiet for two days and more was seen again; null = never. What it does since then is joined by this time.
ALTER TABLE alert ADD COLUMN burst_at timestamptz(3);
