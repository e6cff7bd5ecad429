import { z } from "zod";

/** RFC 9457 problem details. `code` is the stable word for programs; `requestId` finds the line in the server's log. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
  requestId: z.string().optional(),
  /** What is wrong with which part of the input; `path` as in `body.name`. */
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** Facts of the error, safe to show. */
  facts: z.record(z.string(), z.unknown()).optional(),
});
export type Problem = z.infer<typeof Problem>;
