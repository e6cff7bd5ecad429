-- Question: which detections of this stream, from a place on, does the engine hold already?
-- Ties on seq stay together, so that a page never cuts an event's detections; bounded by the page size.
SELECT seq, rule_id AS ruleId
FROM detections
WHERE stream = {stream:UInt32} AND seq >= {from:UInt64}
ORDER BY seq
LIMIT {limit:UInt32} WITH TIES
