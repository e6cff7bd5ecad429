-- Question: what of a source's stored events of one day is not understood, by reason?
-- One partition; reads six narrow columns. Bounded by the limit.
SELECT problem AS reason, count() AS events,
       toUnixTimestamp64Milli(min(received)) AS oldestMs, toUnixTimestamp64Milli(max(received)) AS newestMs
FROM events
PREWHERE source_id = {sourceId:String} AND (problem != '' OR dataset = 'raw' AND {isRawUnread:Bool})
WHERE received >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND received < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  AND ({anyUnit:Bool} OR unit_id IN {units:Array(String)})
  AND ({anyReason:Bool} OR problem = {reason:String})
  AND (stream != {ownStream:UInt32} OR seq <= {through:UInt64})
  AND toYYYYMMDD(received) = {day:UInt32}
GROUP BY problem
ORDER BY events DESC, problem
LIMIT {limit:UInt32}
