-- One entity is asked for letter for letter, closed alerts included: `alert_entity` has the open ones only.
-- Closed alerts do not change with new detections, so this costs nothing while they come in.
CREATE INDEX alert_entity_closed ON alert (entity) WHERE status = 'closed';
