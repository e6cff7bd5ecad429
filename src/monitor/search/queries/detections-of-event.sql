-- Which rules matched one event, and what their licence asks us to show. Index: primary key (hour of time).
-- Bound: one instant, one event.
SELECT rule_id, rule_title, rule_level, rule_author, exception_id, tactics, techniques
FROM detections
WHERE time = {time:DateTime64(3, 'UTC')} AND toStartOfHour(time) = toStartOfHour({time:DateTime64(3, 'UTC')})
  AND stream = {stream:UInt32} AND seq = {seq:UInt64}
ORDER BY rule_id
LIMIT 200
