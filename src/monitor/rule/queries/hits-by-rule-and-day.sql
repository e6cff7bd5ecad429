-- Question: how often did each of some rules hit on each day, in the units that a person may see? No rules = all together.
-- The primary key (toStartOfHour(time), rule_id, time) prunes by time and rule; bounded by rules × days.
SELECT if(empty({rules:Array(String)}), '', rule_id) AS ruleId, toString(toDate(time, 'UTC')) AS day, count() AS hits
FROM detections
WHERE time >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  AND (empty({rules:Array(String)}) OR rule_id IN {rules:Array(String)}) AND exception_id = ''
  AND ({allUnits:Bool} OR unit_id IN {units:Array(String)})
GROUP BY ruleId, day
ORDER BY ruleId, day
LIMIT 100000
