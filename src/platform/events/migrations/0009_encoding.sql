-- Raw bytes that are not UTF-8: what they are in, and the text they are. '' for all others, where `raw` is the text.
ALTER TABLE events
  ADD COLUMN IF NOT EXISTS encoding LowCardinality(String) AFTER list_fields,
  ADD COLUMN IF NOT EXISTS decoded String CODEC(ZSTD(1)) AFTER encoding;
