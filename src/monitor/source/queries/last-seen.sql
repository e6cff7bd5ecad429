-- Question: when did each of these sources, silent for a day, last send something?
-- Partitions (days of `received`) prune; reads two narrow columns. Bounded by the number of sources asked for.
SELECT source_id AS sourceId, toUnixTimestamp64Milli(max(received)) AS lastMs
FROM events
WHERE received >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND received < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  AND source_id IN {sources:Array(String)}
GROUP BY sourceId
LIMIT 20000
