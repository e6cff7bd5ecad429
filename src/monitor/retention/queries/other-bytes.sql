-- Question: what does the search index beside the events take on disk, and what is free on the disks that hold events?
-- Reads lists of the engine, no events. One row.
SELECT (SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = currentDatabase() AND table = 'raw_grams') AS indexBytes,
       (SELECT sum(free_space) FROM (SELECT DISTINCT free_space, total_space FROM system.disks WHERE type = 'Local' OR type = 'local')) AS freeBytes,
       (SELECT sum(total_space) FROM (SELECT DISTINCT free_space, total_space FROM system.disks WHERE type = 'Local' OR type = 'local')) AS totalBytes
