-- Where to cut the events that have no grams yet into pieces of bounded size, and how many there are.
-- Index: minmax of seq. Bound: {maxEvents} events from the lowest seq on. length(raw) reads sizes, not texts.
SELECT toString(max(seq)) AS upTo, count() AS events, sum(bytes) AS bytes
FROM
(
  SELECT seq, bytes,
    greatest(
      intDiv(sum(bytes) OVER (ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), {pieceBytes:UInt64}),
      intDiv(row_number() OVER (ORDER BY seq) - 1, {pieceEvents:UInt64})
    ) AS piece
  FROM
  (
    SELECT seq, length(raw) AS bytes
    FROM events
    WHERE stream = {stream:UInt32} AND seq >= {from:UInt64} AND seq <= {through:UInt64}
    ORDER BY seq
    LIMIT {maxEvents:UInt64}
  )
)
GROUP BY piece
ORDER BY piece
