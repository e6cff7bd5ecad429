import type { Ctx } from "../../../organization/access/index.ts";
import type { FieldValue } from "../../event/index.ts";
import { MAX_LINES, MAX_TRY_CHARS, type RuleTryResult } from "./contract.ts";
import { readSamples } from "./store.ts";
import type { TriedLine, TryRule } from "./tried.ts";

/** A JSON text over several lines is one event, or as many as its array has; else every line is one. */
export function splitEvents(text: string): string[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value.map((item) => JSON.stringify(item));
    if (typeof value === "object" && value !== null) return [JSON.stringify(value)];
  } catch {
    // Not one JSON text: lines.
  }
  return text.split(/\r?\n/).filter((line) => line.trim() !== "");
}

/** As many of the first 200 as are within the limit together: JSON written anew may be longer than it was. */
function withinLimit(lines: readonly string[]): string[] {
  let chars = 0;
  return lines.slice(0, MAX_LINES).filter((line) => {
    chars += line.length;
    return chars <= MAX_TRY_CHARS;
  });
}

/** The first 200 events, each with what the rule makes of it. */
export async function tryOnEvents(
  ctx: Ctx,
  input: { text: string; events: string },
  { tryRule }: { tryRule: TryRule },
): Promise<RuleTryResult> {
  const lines = splitEvents(input.events);
  const tried = withinLimit(lines);
  const outcome = await tryRule({ rule: input.text, lines: tried, nowMs: ctx.now().getTime() });
  if (!outcome.ok) return outcome;
  return { ok: true, events: outcome.lines.map(shown), leftOut: lines.length - tried.length };
}

const shown = ({ fires, fits, logsource, dataset, problem, selections }: TriedLine) => ({
  fires,
  fits,
  logsource: { product: logsource.product, category: logsource.category, service: logsource.service },
  dataset,
  problem,
  selections: selections.map(({ name, holds, parts }) => ({
    name,
    holds,
    parts: parts.map((part) => ({
      key: part.key,
      holds: part.holds,
      found: part.found ? { name: part.found.name, value: valueText(part.found.value) } : null,
    })),
  })),
});

const MAX_VALUE_CHARS = 300;

function valueText(value: FieldValue): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > MAX_VALUE_CHARS ? `${text.slice(0, MAX_VALUE_CHARS).toWellFormed()}…` : text;
}

/** Ids of the rule's samples that a new text would get wrong. */
export async function brokenSamples(
  ctx: Ctx,
  input: { id: string; text: string },
  { tryRule }: { tryRule: TryRule },
): Promise<string[]> {
  const samples = await readSamples(ctx.state, input.id);
  if (samples.length === 0) return [];
  const fires = await firesOn(ctx, { rule: input.text, lines: samples.map(({ text }) => text) }, tryRule);
  return samples.filter(({ expected }, at) => fires[at] !== (expected === "hit")).map(({ id }) => id);
}

/** Whether a rule fires on each line; a rule that cannot be tried fires on none. */
export async function firesOn(
  ctx: Ctx,
  input: { rule: string; lines: readonly string[] },
  tryRule: TryRule,
): Promise<boolean[]> {
  const outcome = await tryRule({ ...input, nowMs: ctx.now().getTime() });
  return input.lines.map((_, at) => outcome.ok && (outcome.lines[at]?.fires ?? false));
}
