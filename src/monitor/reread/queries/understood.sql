-- Question: which of these events have a row that is understood? The index on seq finds them. Bounded by the numbers named.
SELECT DISTINCT toString(seq) AS seq
FROM events
WHERE stream = {stream:UInt32} AND seq BETWEEN {first:UInt64} AND {last:UInt64} AND toString(seq) IN {seqs:Array(String)} AND source_id = {sourceId:String}
  AND problem = '' AND dataset != 'raw'
