-- Question: how often did one rule hit on each day, in the units that a person may see?
-- The primary key (toStartOfHour(time), rule_id, time) prunes by time and rule; bounded by the number of days.
SELECT toString(toDate(time, 'UTC')) AS day, count() AS hits
FROM detections
WHERE time >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  AND rule_id = {ruleId:String} AND exception_id = ''
  AND ({allUnits:Bool} OR unit_id IN {units:Array(String)})
GROUP BY day
ORDER BY day
LIMIT 400
