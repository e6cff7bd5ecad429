import { type SQL, sql } from "drizzle-orm";

/** A column as a UTC ISO text with milliseconds. `column` is written in the program, never by people. */
export const iso = (column: string): SQL =>
  sql.raw(`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
