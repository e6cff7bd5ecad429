-- A rule on trial detects and is counted, and raises no alerts until the instant has passed (null = until switched on).
ALTER TABLE rule_override ADD COLUMN is_trial boolean NOT NULL DEFAULT false;
ALTER TABLE rule_override ADD COLUMN trial_until timestamptz(3);
