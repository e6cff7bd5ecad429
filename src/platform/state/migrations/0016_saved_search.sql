-- Searches that people keep: private, or shared with a unit and everything below it.
CREATE TABLE saved_search (
  id text PRIMARY KEY,
  owner_id text NOT NULL,
  owner_name text NOT NULL,
  name text NOT NULL,
  q text NOT NULL,
  columns text[] NOT NULL,
  from_text text,
  shared_with_unit_id text,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL
);
CREATE INDEX saved_search_owner ON saved_search (owner_id);
CREATE INDEX saved_search_shared ON saved_search (shared_with_unit_id) WHERE shared_with_unit_id IS NOT NULL;
