-- Question: which of these events have a row that is understood? The index on seq finds them. Bounded by the numbers named.
SELECT DISTINCT toString(events.seq) AS seq
FROM events
WHERE stream = {stream:UInt32} AND events.seq BETWEEN {first:UInt64} AND {last:UInt64} AND toString(events.seq) IN {seqs:Array(String)} AND source_id = {sourceId:String}
  AND problem = '' AND dataset != 'raw'
