-- A chunk is a run of events as they stand in `events`, so it may hold several datasets: those from `dataset` to `dataset_to`
-- in the engine's order. Chunks of before have one.
ALTER TABLE raw_grams ADD COLUMN IF NOT EXISTS dataset_to LowCardinality(String) DEFAULT dataset AFTER dataset;
