import type { Ctx } from "../../../organization/access/index.ts";
import type { FieldValue } from "../../event/index.ts";
import { MAX_LINE_CHARS, MAX_LINES, MAX_TRY_CHARS, type RuleTry, type RuleTryResult } from "./contract.ts";
import { readSamples } from "./store.ts";
import type { FindEvents, StoredLine, TriedLine, TryRule } from "./tried.ts";

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

type TryDeps = { readonly tryRule: TryRule; readonly findEvents: FindEvents };

/** The first 200 events, each with what the rule makes of it. Errors: those of a search when stored events are asked for. */
export async function tryOnEvents(ctx: Ctx, input: RuleTry, deps: TryDeps): Promise<RuleTryResult> {
  return "stored" in input ? await tryOnStored(ctx, input, deps) : await tryOnPasted(ctx, input, deps);
}

/** Each is read again from its bytes, as its source's events are. */
async function tryOnStored(
  ctx: Ctx,
  { text, stored }: Extract<RuleTry, { stored: unknown }>,
  { tryRule, findEvents }: TryDeps,
): Promise<RuleTryResult> {
  const found = await findEvents(ctx, stored);
  const tried = found.slice(0, MAX_LINES).flatMap(({ text, ...one }) => (text === undefined ? [] : { ...one, text }));
  const lines = tried.map((one) => one.text);
  const hints = tried.map((one) => one.hints);
  const outcome = await tryRule({ rule: text, lines, hints, nowMs: ctx.now().getTime() });
  if (!outcome.ok) return outcome;
  const events = outcome.lines.map((line, at) => ({ ...shown(line), stored: storedView(tried[at]) }));
  return { ok: true, events, leftOut: found.length - tried.length };
}

function storedView(one: (StoredLine & { readonly text: string }) | undefined) {
  if (one === undefined) return null;
  const isCut = one.text.length > MAX_LINE_CHARS;
  const text = isCut ? one.text.slice(0, MAX_LINE_CHARS).toWellFormed() : one.text;
  return { id: one.id, time: new Date(one.timeMs).toISOString(), text, isCut };
}

async function tryOnPasted(
  ctx: Ctx,
  input: Extract<RuleTry, { events: unknown }>,
  { tryRule }: Pick<TryDeps, "tryRule">,
): Promise<RuleTryResult> {
  const lines = splitEvents(input.events);
  const tried = withinLimit(lines);
  const outcome = await tryRule({ rule: input.text, lines: tried, nowMs: ctx.now().getTime() });
  if (!outcome.ok) return outcome;
  return {
    ok: true,
    events: outcome.lines.map((line) => ({ ...shown(line), stored: null })),
    leftOut: lines.length - tried.length,
  };
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
