-- How many events came in, and how many detections they raised (exceptions apart), in a time range and the units a person may see.
-- Index: primary keys of both tables (minute and hour of time). Bound: the range; both sides are plain counts.
SELECT
  (
    SELECT count() FROM events
    WHERE time >= {from:DateTime64(3, 'UTC')} AND time < {to:DateTime64(3, 'UTC')}
      AND toStartOfMinute(time) BETWEEN toStartOfMinute({fromKey:DateTime('UTC')}) AND {toKey:DateTime('UTC')}
      AND ({allUnits:Bool} OR unit_id IN {units:Array(String)})
  ) AS events,
  (
    SELECT count() FROM detections
    WHERE time >= {from:DateTime64(3, 'UTC')} AND time < {to:DateTime64(3, 'UTC')}
      AND toStartOfHour(time) BETWEEN toStartOfHour({fromKey:DateTime('UTC')}) AND {toKey:DateTime('UTC')}
      AND exception_id = ''
      AND ({allUnits:Bool} OR unit_id IN {units:Array(String)})
  ) AS detections
