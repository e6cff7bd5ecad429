-- Question: which days of events does the engine hold, and what do they take on disk?
-- Reads the engine's list of parts, no events. Bounded by the number of days.
SELECT toUInt32(partition) AS day, sum(rows) AS events, sum(bytes_on_disk) AS diskBytes
FROM system.parts
WHERE active AND database = currentDatabase() AND table = 'events'
GROUP BY day
ORDER BY day
LIMIT 40000
