-- Question: which kinds of logs (as in log-sources.sql) arrived from each unit in a time range?
-- Partitions (days of `received`) prune; reads five narrow columns. Bounded by units × kinds.
SELECT unit_id AS unitId, product, category, service, if(product = 'windows', toString(event_code), '') AS code, count() AS events
FROM events
WHERE received >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND received < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  AND ({allUnits:Bool} OR unit_id IN {units:Array(String)})
GROUP BY unitId, product, category, service, code
ORDER BY events DESC, unitId, product, category, service, code
LIMIT {maxKinds:UInt32}
