import { readFileSync } from "node:fs";
import { z } from "zod";

const MAX_BYTES = 64 * 1024;

/** A secret as it is, or `{ file: PATH }`: what the file holds, without its last line end. Never in logs. */
export const Secret = z.union([
  z.string().min(1).max(MAX_BYTES),
  z.strictObject({ file: z.string().min(1) }).transform(({ file }, ctx) => {
    try {
      const text = readFileSync(file, "utf8").replace(/\r?\n$/, "");
      if (text !== "" && text.length <= MAX_BYTES) return text;
      ctx.addIssue({ code: "custom", message: `${file} is empty or larger than 64 KiB` });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      ctx.addIssue({ code: "custom", message: `the secret cannot be read: ${reason}` });
    }
    return z.NEVER;
  }),
]);
