-- One row per rule that matched an event, with what the rule's licence asks us to keep: its title and author.
CREATE TABLE detections
(
  time     DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  received DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  stream   UInt32,
  seq      UInt64,
  unit_id     LowCardinality(String),
  source_id   LowCardinality(String),
  rule_id     LowCardinality(String),
  rule_title  LowCardinality(String),
  rule_level  LowCardinality(String),
  rule_author LowCardinality(String),
  tactics     Array(LowCardinality(String)),
  techniques  Array(LowCardinality(String)),
  entity_kind LowCardinality(String),
  entity      String,
  dataset     LowCardinality(String),
  who         LowCardinality(String),
  where_from  LowCardinality(String),
  with_what   LowCardinality(String),
  what        String,
  did_what    LowCardinality(String),
  host_name   LowCardinality(String),
  user_name   LowCardinality(String),
  source_ip   IPv6,
  INDEX time_range time TYPE minmax GRANULARITY 1,
  INDEX seq_range seq TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(received)
ORDER BY (toStartOfHour(time), rule_id, time)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;
