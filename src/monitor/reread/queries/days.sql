-- Question: on which days did a source send events that are not understood, and how many?
-- Partitions (days of `received`) prune; reads six narrow columns. Bounded by the number of days.
SELECT toYYYYMMDD(received) AS day, count() AS events
FROM events
PREWHERE source_id = {sourceId:String} AND (problem != '' OR dataset = 'raw')
WHERE received >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND received < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  AND ({anyUnit:Bool} OR unit_id IN {units:Array(String)})
  AND ({anyReason:Bool} OR problem = {reason:String})
  AND (stream != {ownStream:UInt32} OR seq <= {through:UInt64})
GROUP BY day
ORDER BY day
LIMIT 100000
