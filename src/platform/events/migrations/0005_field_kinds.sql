-- `fields` keeps every value as text: null as '', a list as JSON. These name the fields that were null or a list, so that a rule
-- run over stored events tells null from '' and a list from a text that looks like one. Rows from before name none.
ALTER TABLE events
  ADD COLUMN IF NOT EXISTS null_fields Array(LowCardinality(String)) AFTER fields,
  ADD COLUMN IF NOT EXISTS list_fields Array(LowCardinality(String)) AFTER null_fields;
