-- Question: what did one source send lately, or what of it was not understood, as it came?
-- Partitions (days of `received`) prune; `raw` is read only for the rows that are shown. Bounded by the limit.
SELECT if(decoded = '', toValidUTF8(substring(raw, 1, 8000)), substringUTF8(decoded, 1, 8000)) AS text,
       problem,
       toUnixTimestamp64Milli(received) AS receivedMs
FROM events
PREWHERE source_id = {sourceId:String} AND ({failed:Bool} = false OR problem != '')
WHERE received >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND received < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  AND ({allUnits:Bool} OR unit_id IN {units:Array(String)})
ORDER BY received DESC
LIMIT {limit:UInt32}
