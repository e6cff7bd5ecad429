-- Question: whose events were received on one day, how many, how large, from when to when, from which number to which?
-- One partition; reads narrow columns and the sizes of `raw`. Bounded by sources × units; one more than the 100,000 that the query may
-- answer is an error: a list that was cut would pass for the whole day. Numbers as `stream-seq`.
SELECT source_id AS sourceId,
       unit_id AS unitId,
       count() AS events,
       sum(length(raw)) AS rawBytes,
       toUnixTimestamp64Milli(min(received)) AS receivedFromMs,
       toUnixTimestamp64Milli(max(received)) AS receivedToMs,
       toUnixTimestamp64Milli(min(time)) AS timeFromMs,
       toUnixTimestamp64Milli(max(time)) AS timeToMs,
       min((stream, seq)) AS first,
       max((stream, seq)) AS last,
       concat(toString(first.1), '-', toString(first.2)) AS firstEvent,
       concat(toString(last.1), '-', toString(last.2)) AS lastEvent
FROM events
WHERE toYYYYMMDD(received) = {day:UInt32}
GROUP BY sourceId, unitId
ORDER BY sourceId, unitId
LIMIT 100001
