import { readFileSync } from "node:fs";
import { z } from "zod";
import { Secret } from "./secret.ts";

const PORTS = { tls: 465, starttls: 587, none: 25 } as const;

/** The mail server that notifications go out by. */
export const Mail = z
  .strictObject({
    host: z.string().min(1).max(255),
    port: z.number().int().min(1).max(65_535).optional(),
    /** "starttls" sends nothing when the server does not offer it; "none" is for a relay on this machine. */
    security: z.enum(["tls", "starttls", "none"]).default("starttls"),
    user: z.string().min(1).max(500).optional(),
    password: Secret.optional(),
    from: z.email().max(254),
    /** A PEM file with an authority of one's own. */
    ca: z
      .string()
      .min(1)
      .max(4096)
      .transform((path, ctx) => {
        try {
          return readFileSync(path, "utf8");
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          ctx.addIssue({ code: "custom", message: `the file cannot be read: ${reason}` });
          return z.NEVER;
        }
      })
      .optional(),
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    error: "needs user and password, or neither",
  })
  .refine(({ user, security }) => user === undefined || security !== "none", {
    path: ["security"],
    error: "a password is not sent in the open: use tls or starttls",
  })
  .transform(({ port, ...rest }) => ({ ...rest, port: port ?? PORTS[rest.security] }));
