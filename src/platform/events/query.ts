import { readFileSync } from "node:fs";
import { z } from "zod";
import type { EventsDb, Params, SelectLimits } from "./contract.ts";

/** One SQL file with what goes in and what comes out. Rows that do not fit the schema are a bug and throw. */
export function eventQuery<P extends z.ZodObject, R extends z.ZodType>(
  base: string,
  file: string,
  { params, row }: { params: P; row: R },
): (events: EventsDb, input: z.input<P>, limits?: SelectLimits) => Promise<z.output<R>[]> {
  const sql = readFileSync(new URL(file, base), "utf8");
  const rows = z.array(row);
  return async (events, input, limits) => {
    const bound = params.parse(input) as Params;
    return rows.parse(await events.select(sql, bound, limits));
  };
}
