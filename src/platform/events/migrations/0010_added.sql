-- What Yagura adds to an event. `added` holds all of it by name, so that it is told apart from what the sender said; the columns are
-- those of it that people search and group by, and are filled also when the sender said it.
ALTER TABLE events
  ADD COLUMN IF NOT EXISTS source_geo_country_iso_code LowCardinality(String) AFTER service_name,
  ADD COLUMN IF NOT EXISTS source_as_number UInt32 AFTER source_geo_country_iso_code,
  ADD COLUMN IF NOT EXISTS source_owner_host LowCardinality(String) AFTER source_as_number,
  ADD COLUMN IF NOT EXISTS source_owner_user LowCardinality(String) AFTER source_owner_host,
  ADD COLUMN IF NOT EXISTS destination_geo_country_iso_code LowCardinality(String) AFTER source_owner_user,
  ADD COLUMN IF NOT EXISTS destination_as_number UInt32 AFTER destination_geo_country_iso_code,
  ADD COLUMN IF NOT EXISTS destination_owner_host LowCardinality(String) AFTER destination_as_number,
  ADD COLUMN IF NOT EXISTS destination_owner_user LowCardinality(String) AFTER destination_owner_host,
  ADD COLUMN IF NOT EXISTS destination_registered_domain LowCardinality(String) AFTER destination_owner_user,
  ADD COLUMN IF NOT EXISTS url_registered_domain LowCardinality(String) AFTER destination_registered_domain,
  ADD COLUMN IF NOT EXISTS dns_question_registered_domain LowCardinality(String) AFTER url_registered_domain,
  ADD COLUMN IF NOT EXISTS added Map(LowCardinality(String), String) CODEC(ZSTD(1)) AFTER fields;
