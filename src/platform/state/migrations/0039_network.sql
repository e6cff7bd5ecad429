-- Networks that people have declared: they hold for events of the unit and of all units below it.
CREATE TABLE network (
  id text PRIMARY KEY,
  cidr text NOT NULL,
  name text NOT NULL,
  unit_id text NOT NULL,
  created_by_name text NOT NULL,
  created_at timestamptz(3) NOT NULL
);
CREATE UNIQUE INDEX network_of_unit ON network (unit_id, cidr);
