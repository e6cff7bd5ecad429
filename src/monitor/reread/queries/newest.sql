-- Question: which are the newest events of a source, in one day, that are not understood?
-- One partition; of the raw texts only their sizes are read. Bounded by the limit.
SELECT stream, toString(events.seq) AS seq, length(raw) AS bytes
FROM events
PREWHERE source_id = {sourceId:String} AND (problem != '' OR dataset = 'raw' AND {isRawUnread:Bool})
WHERE received >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND received < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  AND ({anyUnit:Bool} OR unit_id IN {units:Array(String)})
  AND ({anyReason:Bool} OR problem = {reason:String})
  AND (stream != {ownStream:UInt32} OR events.seq <= {through:UInt64})
  AND toYYYYMMDD(received) = {day:UInt32}
ORDER BY received DESC, events.seq DESC
LIMIT {limit:UInt32}
