-- Question: which events stand behind these alerts? One row per detection, oldest first; what an exception took out is left out.
-- The primary key (toStartOfHour(time), rule_id, time) prunes by time and rule; bounded by maxPerAlert, so that one noisy rule
-- leaves room for the others, and by maxRows.
SELECT toString(stream) AS stream, toString(seq) AS seq, toUnixTimestamp64Milli(time) AS timeMs,
  rule_id AS ruleId, entity_kind AS entityKind, entity, unit_id AS unitId, dataset,
  who, where_from AS whereFrom, with_what AS withWhat, what, did_what AS didWhat,
  host_name AS hostName, user_name AS userName, if(source_ip = toIPv6('::'), '', replaceRegexpOne(toString(source_ip), '^::ffff:', '')) AS sourceIp
FROM detections
WHERE time >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND time <= fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  AND toStartOfHour(time) >= toStartOfHour(fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC'))
  AND rule_id IN {ruleIds:Array(String)}
  AND concat(rule_id, '\n', entity_kind, '\n', unit_id, '\n', entity) IN {keys:Array(String)}
  AND exception_id = ''
ORDER BY time, stream, seq, ruleId
LIMIT {maxPerAlert:UInt32} BY ruleId, entityKind, unitId, entity
LIMIT {maxRows:UInt32}
