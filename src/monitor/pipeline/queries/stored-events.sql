-- Question: which events of this stream, from a place on, does the engine hold already?
-- The minmax index on seq prunes all older parts; bounded by the page size.
SELECT seq
FROM events
WHERE stream = {stream:UInt32} AND seq >= {from:UInt64}
ORDER BY seq
LIMIT {limit:UInt32}
