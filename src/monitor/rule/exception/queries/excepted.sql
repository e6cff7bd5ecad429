-- Question: how many detections fell under each exception in a time range, in the units a person may see, and when last?
-- The primary key (toStartOfHour(time), …) prunes by time; bounded by the number of exceptions.
SELECT exception_id AS exceptionId, count() AS excepted, toUnixTimestamp64Milli(max(time)) AS lastMs
FROM detections
WHERE time >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  AND exception_id != ''
  AND ({allUnits:Bool} OR unit_id IN {units:Array(String)})
GROUP BY exception_id
ORDER BY excepted DESC, exception_id
LIMIT {maxRows:UInt32}
