import { z } from "zod";
import { Secret } from "./secret.ts";

const Path = z.string().min(1).max(4096);
const Broker = z.string().regex(/^(?:[^\s:/]+|\[[0-9a-fA-F:]+\]):\d{1,5}$/, { error: "must be host:port" });

const Topic = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9._-]{1,249}$/, { error: "is no name that Kafka has for topics" }),
  /** The source of its events; absent = one of its own, `kafka: NAME`. */
  source: z.string().trim().min(1).max(120).optional(),
  /** The id of the unit that they belong to; absent = the whole group. */
  unit: z.string().min(1).max(80).optional(),
  /** A parser, such as `cef`; absent = found by content, or as the source is pinned. */
  format: z.string().min(1).max(64).optional(),
});

/** One cluster. */
export const Kafka = z.strictObject({
  brokers: z.array(Broker).min(1).max(50),
  group: z.string().min(1).max(249).default("yagura"),
  topics: z
    .array(z.union([Topic, Topic.shape.name.transform((name) => ({ name }))]))
    .min(1)
    .max(100)
    .refine((topics) => new Set(topics.map(({ name }) => name)).size === topics.length, {
      error: "names a topic twice",
    }),
  /** Where to begin in a partition that the group has never read. */
  from: z.enum(["start", "end"]).default("start"),
  tls: z
    .union([
      z.strictObject({ ca: Path.optional(), certificate: Path.optional(), key: Path.optional() }),
      z.literal(true).transform(() => ({})),
    ])
    .refine((tls) => "certificate" in tls === "key" in tls, { error: "needs certificate and key, or neither" })
    .optional(),
  sasl: z
    .strictObject({
      mechanism: z.enum(["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]),
      username: z.string().min(1),
      password: Secret,
    })
    .optional(),
});
