-- What a query of a notebook found the time before, without its logs: how many there were then and now is told side by side.
ALTER TABLE notebook_cell ADD COLUMN IF NOT EXISTS former jsonb;
