-- Question: which kinds of logs (product, category, service; for Windows also event ids) arrived in a time range, in the units
-- that a person may see?
-- Partitions (days of `received`) prune; reads four narrow columns. Bounded by the number of kinds.
SELECT product, category, service, if(product = 'windows', toString(event_code), '') AS code, count() AS events
FROM events
WHERE received >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND received < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  AND ({allUnits:Bool} OR unit_id IN {units:Array(String)})
GROUP BY product, category, service, code
ORDER BY events DESC, product, category, service, code
LIMIT {maxKinds:UInt32}
