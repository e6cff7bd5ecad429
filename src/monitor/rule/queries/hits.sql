-- Question: how often did each rule hit in a time range, in the units that a person may see, and when last? Hits under an
-- exception are counted apart.
-- The primary key (toStartOfHour(time), rule_id, time) prunes by time; bounded by the number of rules.
SELECT rule_id AS ruleId, countIf(exception_id = '') AS hits, countIf(exception_id != '') AS excepted, toUnixTimestamp64Milli(max(time)) AS lastMs
FROM detections
WHERE time >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  AND ({allUnits:Bool} OR unit_id IN {units:Array(String)})
GROUP BY rule_id
ORDER BY hits DESC, rule_id
LIMIT {maxRules:UInt32}
