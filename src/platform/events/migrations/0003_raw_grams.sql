-- What stands in the raw text, without reading it: one row per few thousand events of one dataset and hour, with two
-- bit sets of the byte sequences (grams) that their raw texts hold. Built after the events are stored, from what is
-- stored; every event of `stream` up to the greatest `covered_to` is in one of its rows. No partitions, so that the
-- rows of one round arrive together or not at all.
CREATE TABLE IF NOT EXISTS raw_grams
(
  stream     UInt32,
  dataset    LowCardinality(String),
  seq_from   UInt64,
  seq_to     UInt64,
  covered_to UInt64,
  time_from  DateTime64(3, 'UTC'),
  time_to    DateTime64(3, 'UTC'),
  events     UInt32,
  three      String,
  six        String,
  INDEX time_from_range time_from TYPE minmax GRANULARITY 1,
  INDEX time_to_range time_to TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
ORDER BY (stream, seq_from)
SETTINGS index_granularity = 64, non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;
-- Whether a time range holds events of a stream that has no grams.
ALTER TABLE events ADD INDEX IF NOT EXISTS stream_range stream TYPE minmax GRANULARITY 1;
