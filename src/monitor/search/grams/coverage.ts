import { z } from "zod";
import { eventQuery } from "../../../platform/events/index.ts";

/** Streams and the last event of each that has grams. A log has one stream for life, so there are few. */
export const readCoverage = eventQuery(import.meta.url, "../queries/gram-coverage.sql", {
  params: z.object({}),
  row: z.object({ stream: z.int(), coveredTo: z.string() }),
});
