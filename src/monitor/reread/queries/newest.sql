-- Question: which are the newest events of a source that are not understood?
-- Partitions (days of `received`) prune. Bounded by the limit.
SELECT stream, toString(events.seq) AS seq, length(raw) AS bytes
FROM events
PREWHERE source_id = {sourceId:String} AND (problem != '' OR dataset = 'raw')
WHERE received >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND received < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  AND ({anyUnit:Bool} OR unit_id IN {units:Array(String)})
  AND ({anyReason:Bool} OR problem = {reason:String})
  AND (stream != {ownStream:UInt32} OR events.seq <= {through:UInt64})
ORDER BY received DESC, events.seq DESC
LIMIT {limit:UInt32}
