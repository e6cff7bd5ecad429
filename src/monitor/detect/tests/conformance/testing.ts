import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import type { Fields } from "../../../event/index.ts";

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const Event = z.record(z.string(), z.union([Scalar, z.array(Scalar)]));
const Entry = z.strictObject({
  it: z.string(),
  /** The one selection of the rule, or its whole detection, or the rule as written. */
  rule: z.unknown().optional(),
  detection: z.unknown().optional(),
  text: z.string().optional(),
  logsource: z.unknown().optional(),
  more: z.record(z.string(), z.unknown()).optional(),
  /** Lists of placeholders. */
  lists: z.record(z.string(), z.array(z.string())).optional(),
  /** The log source of the events; linux when absent. */
  source: z.strictObject({ product: z.string(), category: z.string(), service: z.string() }).optional(),
  fires: z.array(Event).default([]),
  silent: z.array(Event).default([]),
  /** A part of the reason with which the rule is refused. */
  refused: z.string().optional(),
  /** The line of the refusal, for rules as written. */
  line: z.number().optional(),
  /** False where the naive evaluator does not know the construct. */
  naive: z.boolean().default(true),
});
const Cases = z.record(z.string(), z.array(Entry).min(1));

export type ConformanceEntry = z.infer<typeof Entry>;
export type ConformanceGroup = { readonly name: string; readonly entries: readonly ConformanceEntry[] };

const HERE = new URL(".", import.meta.url);

/** Every group of every case file here. */
export function readConformanceGroups(): readonly ConformanceGroup[] {
  const files = readdirSync(HERE).filter((name) => name.endsWith(".yml"));
  return files.flatMap((file) => {
    const text = readFileSync(new URL(file, HERE), "utf8");
    const groups = Cases.parse(parse(text));
    return Object.entries(groups).map(([name, entries]) => ({ name, entries }));
  });
}

/** Cases are verdicts: each event of each rule, and each refusal. */
export const countOf = ({ entries }: ConformanceGroup): number =>
  entries.reduce((sum, { fires, silent, refused }) => sum + fires.length + silent.length + (refused ? 1 : 0), 0);

export const eventOf = (fields: z.infer<typeof Event>): Fields => Object.assign(Object.create(null), fields);
