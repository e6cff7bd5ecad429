-- Question: how well are each source's events understood: six questions answered, lag, datasets?
-- Partitions (days of `received`) prune; the caller chooses a window of at most some million events. One row per source.
-- `answered` counts the five columns and, when the log carried its own time, one more.
SELECT source_id AS sourceId,
       count() AS events,
       countIf(who != '') AS who,
       countIf(where_from != '') AS whereFrom,
       countIf(with_what != '') AS withWhat,
       countIf(what != '') AS what,
       countIf(did_what != '') AS didWhat,
       countIf(hasTime) AS timed,
       sum(answered) AS answeredSum,
       quantileTDigestIf(0.5)(lagMs, hasTime) AS lagMedian,
       quantileTDigestIf(0.95)(lagMs, hasTime) AS lagP95,
       countIf(hasTime AND isRecent) AS recentTimed,
       quantilesTDigestIf(0.05, 0.5, 0.95)(lagMs, hasTime AND isRecent) AS recentLags,
       quantilesTDigestIf(0.05, 0.5, 0.95)(lagMs, hasTime) AS lags,
       sumMap([dataset], [toUInt64(1)]) AS datasets
FROM
(
  SELECT source_id, who, where_from, with_what, what, did_what, answered, toString(dataset) AS dataset,
         answered > (who != '') + (where_from != '') + (with_what != '') + (what != '') + (did_what != '') AS hasTime,
         toFloat64(toUnixTimestamp64Milli(received) - toUnixTimestamp64Milli(time)) AS lagMs,
         received >= fromUnixTimestamp64Milli({recentMs:Int64}, 'UTC') AS isRecent
  FROM events
  WHERE received >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND received < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
)
GROUP BY source_id
LIMIT 20000
