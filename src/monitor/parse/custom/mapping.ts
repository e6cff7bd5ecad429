import { COLUMNS, type ColumnName, type Fields, type HotColumns } from "../../event/index.ts";
import { clip, MAX_MESSAGE_CHARS } from "../bounds.ts";
import { ACTIONS, type Action, OUTCOMES, type Outcome } from "../contract.ts";
import { answerGeneric, normalizeColumns } from "../generic.ts";
import { fillColumn, type Target, targetOfColumn } from "../names.ts";
import { act, bounded, firstText, type Reading, textOf } from "../reading.ts";
import { Fault, type Path } from "./problem.ts";
import type { ParserDocument, Source } from "./schema.ts";
import { listOf } from "./steps.ts";

/** What a document says of a value, over the fields that were read; "" when they do not say it. */
type ValueOf = (fields: Fields) => string;

export function compileSource(source: Source, path: Path): ValueOf {
  if (typeof source === "string" || Array.isArray(source)) {
    const names = listOf(source);
    return (fields) => firstText(fields, names);
  }
  if ("value" in source) return () => source.value;
  if ("text" in source) return templateOf(source.text, path);
  const names = listOf(source.from);
  const { map, lower, default: other } = source;
  const known = map && new Map(Object.entries(map));
  return (fields) => {
    const said = firstText(fields, names);
    const value = lower === true ? said.toLowerCase() : said;
    if (known === undefined) return value === "" ? (other ?? "") : value;
    return known.get(value) ?? other ?? "";
  };
}

const HOLE = /\{([^{}]*)\}/g;

/** `{host}:{port}`: "" when none of its fields says anything. */
function templateOf(text: string, path: Path): ValueOf {
  const names = [...text.matchAll(HOLE)].map(([, name = ""]) => name.trim());
  if (names.length === 0)
    throw new Fault(path, 'A text has names of fields in it, such as "{host}"; for a fixed one write value.');
  return (fields) => {
    if (names.every((name) => textOf(fields, name) === "")) return "";
    return text.replace(HOLE, (_, name: string) => textOf(fields, name.trim()));
  };
}

/** The fixed values that a source may give: what can be checked before any line comes. */
function fixedOf(source: Source): readonly string[] {
  if (typeof source === "string" || Array.isArray(source) || "text" in source) return [];
  if ("value" in source) return [source.value];
  return [...Object.values(source.map ?? {}), ...(source.default === undefined ? [] : [source.default])];
}

function checkFixed(source: Source, path: Path, { allowed, what }: { allowed: readonly string[]; what: string }): void {
  const wrong = fixedOf(source).find((value) => !allowed.includes(value));
  if (wrong !== undefined) throw new Fault(path, `"${wrong}" is no ${what}. ${like(wrong, allowed)}`);
}

function like(wrong: string, allowed: readonly string[]): string {
  const parts = wrong
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((part) => part.length > 3);
  const near = allowed.filter((word) => parts.some((part) => word.includes(part.slice(0, 5))));
  return `Use one of ${(near.length > 0 ? near : allowed).slice(0, 12).join(", ")}.`;
}

type Fill = (event: Reading, message: string) => void;

/** Fills columns, answers and the outcome from fields, in the way of the built-in readers. Errors: Fault. */
export function compileMapping(document: ParserDocument): Fill {
  const { did_what: did, ...rest } = document.six ?? {};
  const answers = Object.entries(rest).flatMap(([name, source]) =>
    source === undefined ? [] : [answerFill(name, compileSource(source, ["six", name]))],
  );
  const fills = [...columnFills(document.columns ?? {}), ...answers];
  const action = did === undefined ? undefined : compileSource(did, ["six", "did_what"]);
  if (did !== undefined) checkFixed(did, ["six", "did_what"], { allowed: ACTIONS, what: "action that Yagura knows" });
  const outcome = document.columns?.["event.outcome"];
  if (outcome !== undefined) checkFixed(outcome, ["columns", "event.outcome"], { allowed: OUTCOMES, what: "outcome" });
  const outcomeOf = outcome === undefined ? undefined : compileSource(outcome, ["columns", "event.outcome"]);
  return (event, message) => {
    for (const fill of fills) fill(event, message);
    if (event.hot.message === "") event.hot.message = clip(message, MAX_MESSAGE_CHARS);
    act(event.hot, actionIn(action?.(event.fields) ?? ""), outcomeIn(outcomeOf?.(event.fields) ?? ""));
    normalizeColumns(event.hot);
    // What the document leaves open follows from the columns, as it does for key=value lines.
    answerGeneric(event, textOf(event.fields, "action"));
  };
}

const actions: ReadonlyMap<string, Action> = new Map(ACTIONS.map((action) => [action, action]));
const outcomes: ReadonlyMap<string, Outcome> = new Map(OUTCOMES.map((outcome) => [outcome, outcome]));
const actionIn = (word: string): Action | "" => actions.get(word) ?? "";
const outcomeIn = (word: string): Outcome | "" => outcomes.get(word) ?? "";

function columnFills(columns: NonNullable<ParserDocument["columns"]>): Fill[] {
  return Object.entries(columns).flatMap(([ecs, source]) => {
    if (source === undefined || ecs === "event.outcome") return [];
    const target = targetOfEcs(ecs);
    const value = compileSource(source, ["columns", ecs]);
    return [(event: Reading) => fillColumn(event.hot, target, value(event.fields))];
  });
}

/** Guarantee: the schema lets only names of COLUMNS through. */
export function targetOfEcs(ecs: string): Target {
  const spec = COLUMNS.find((one) => one.ecs === ecs);
  const target = spec && targetOfColumn(spec.column);
  if (target === undefined) throw new Error(`no such column: ${ecs}`);
  return target;
}

const ANSWERS: ReadonlyMap<string, ColumnName & keyof Pick<HotColumns, "who" | "where_from" | "with_what" | "what">> =
  new Map([
    ["who", "who"],
    ["where_from", "where_from"],
    ["with_what", "with_what"],
    ["what", "what"],
  ]);

function answerFill(name: string, answer: ValueOf): Fill {
  const column = ANSWERS.get(name);
  if (column === undefined) throw new Error(`no such answer: ${name}`);
  return ({ hot, fields }) => {
    hot[column] = bounded(answer(fields));
  };
}
