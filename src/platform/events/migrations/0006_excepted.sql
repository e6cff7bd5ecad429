-- The exception that a detection falls under; '' for those that count. An excepted detection is stored like any other.
ALTER TABLE detections ADD COLUMN IF NOT EXISTS exception_id LowCardinality(String) DEFAULT '' AFTER rule_author;
