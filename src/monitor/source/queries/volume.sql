-- Question: how many events came from each source in each bucket of time, and how many were not understood?
-- Partitions (days of `received`) prune; reads three narrow columns. Bounded by sources × buckets.
SELECT source_id AS sourceId,
       intDiv(toUnixTimestamp64Milli(received) - {fromMs:Int64}, {bucketMs:Int64}) AS bucket,
       count() AS events,
       countIf(problem != '') AS failures,
       countIf(received >= fromUnixTimestamp64Milli({recentMs:Int64}, 'UTC')) AS recent,
       toUnixTimestamp64Milli(max(received)) AS lastMs
FROM events
WHERE received >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND received < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
GROUP BY sourceId, bucket
LIMIT {maxRows:UInt32}
