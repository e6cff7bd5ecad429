-- Question: what did one source send lately that the parser did not understand, by reason, with a recent example?
-- Partitions (days of `received`) prune; `raw` is read only for the rows that failed. Bounded by the limit.
-- The example is shown only from units whose events the person may read.
SELECT problem,
       count() AS events,
       toUnixTimestamp64Milli(max(received)) AS lastMs,
       argMax(dataset, received) AS dataset,
       argMaxIf(substringUTF8(if(decoded = '', toValidUTF8(substring(raw, 1, 8000)), decoded), 1, 2000), received, {allUnits:Bool} OR unit_id IN {units:Array(String)}) AS sampleRaw,
       argMaxIf(concat(toString(stream), '-', toString(seq)), received, {allUnits:Bool} OR unit_id IN {units:Array(String)}) AS sampleEventId
FROM events
PREWHERE source_id = {sourceId:String} AND problem != ''
WHERE received >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND received < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
GROUP BY problem
ORDER BY events DESC, problem
LIMIT {limit:UInt32}
