-- Question: which processes, files, domains and addresses are in the events behind these alerts?
-- Bounded in time by the primary key (its toStartOfMinute(time)) to the minutes of the detections, in rows by the detections of the same
-- alerts: an alert may be open for weeks.
SELECT toString(stream) AS stream, toString(seq) AS seq, what,
  if(destination_ip = toIPv6('::'), '', replaceRegexpOne(toString(destination_ip), '^::ffff:', '')) AS destinationIp, url_domain AS urlDomain,
  dns_question_name AS dnsName, process_executable AS process, process_parent_executable AS parent,
  file_path AS file, user_target_name AS targetUser
FROM events
WHERE time >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND time <= fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  AND toStartOfMinute(time) >= toStartOfMinute(fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC'))
  AND toStartOfMinute(time) <= fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  AND ({allUnits:Bool} OR unit_id IN {units:Array(String)})
  AND toStartOfMinute(time) IN (
    SELECT DISTINCT toStartOfMinute(time) FROM detections
    WHERE time >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND time <= fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
      AND toStartOfHour(time) >= toStartOfHour(fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC'))
      AND rule_id IN {ruleIds:Array(String)}
      AND concat(rule_id, '\n', entity_kind, '\n', unit_id, '\n', entity) IN {keys:Array(String)}
      AND exception_id = '')
  AND (stream, seq) IN (
    SELECT stream, seq FROM detections
    WHERE time >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND time <= fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
      AND toStartOfHour(time) >= toStartOfHour(fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC'))
      AND rule_id IN {ruleIds:Array(String)}
      AND concat(rule_id, '\n', entity_kind, '\n', unit_id, '\n', entity) IN {keys:Array(String)}
      AND exception_id = ''
    ORDER BY time, stream, seq, rule_id
    LIMIT {maxPerAlert:UInt32} BY rule_id, entity_kind, unit_id, entity
    LIMIT {maxRows:UInt32})
LIMIT {maxRows:UInt32}
