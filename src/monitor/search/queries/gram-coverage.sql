-- Up to which event of each stream there are grams. Reads two small columns of one row per thousands of events.
SELECT stream, toString(max(covered_to)) AS coveredTo
FROM raw_grams
GROUP BY stream
LIMIT 100
