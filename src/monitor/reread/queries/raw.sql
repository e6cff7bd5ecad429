-- Question: what came with these events, as it is stored? The index on seq finds them. Bounded by the numbers named.
SELECT toString(events.seq) AS seq, toUnixTimestamp64Milli(received) AS receivedMs, toUnixTimestamp64Milli(time) AS timeMs,
       toString(unit_id) AS unitId, toString(encoding) AS encoding, toString(dataset) AS dataset,
       if(mapContains(fields, 'splunk.host') OR mapContains(fields, 'splunk.source') OR mapContains(fields, 'splunk.sourcetype')
          OR mapContains(fields, 'splunk.index'), fields, map()) AS beside,
       if(host_ip = toIPv6('::'), '', replaceRegexpOne(toString(host_ip), '^::ffff:', '')) AS hostIp,
       base64Encode(raw) AS raw
FROM events
WHERE stream = {stream:UInt32} AND events.seq BETWEEN {first:UInt64} AND {last:UInt64} AND toString(events.seq) IN {seqs:Array(String)} AND source_id = {sourceId:String}
  AND (problem != '' OR events.dataset = 'raw')
ORDER BY events.seq
LIMIT 1 BY events.seq
