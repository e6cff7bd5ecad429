import type { LogSource, RuleFacts } from "../event/index.ts";
import { compileApart } from "./compile-apart.ts";
import type { CompiledFacts, CompileRules, OpenFacts } from "./compiled.ts";
import type { RejectedRule } from "./contract.ts";
import { documentText, type RuleText, splitDocuments } from "./documents.ts";
import { mergeRules, type OwnRule, ownOrigin } from "./merge.ts";
import { servingRules } from "./serving.ts";
import { isOnTrial, withTrials } from "./trial.ts";

export type Switch = {
  readonly isEnabled: boolean;
  /** Present = on trial: detects, raises no alerts until then; without `until`, until it is switched on. */
  readonly trial?: { readonly until: Date | null } | undefined;
  readonly reason: string;
  readonly by: { readonly id: string; readonly name: string };
  readonly at: Date;
};
/** What the state engine holds: own rules and switches. */
export type RuleState = {
  readonly own: readonly (OwnRule & { readonly version: number })[];
  readonly switches: ReadonlyMap<string, Switch>;
};

export type CatalogEntry = {
  readonly facts: RuleFacts;
  readonly name: string;
  /** Of a correlation: ids or names of the rules that it lists. */
  readonly parts?: readonly string[];
  readonly logsource: LogSource;
  readonly status: string;
  readonly tags: readonly string[];
  /** "" = the rule has none. */
  readonly titleJa: string;
  readonly kind: "directory" | "own";
  readonly origin: string;
  readonly overrides: boolean;
  readonly isEnabled: boolean;
  /** It serves a correlation and raises no alerts of its own. */
  readonly isPart?: boolean;
  readonly override: Switch | undefined;
};

export type RuleCatalog = {
  /** What the detector is to run now; it changes when a trial of a correlation ends, too. */
  activeRules(): readonly RuleText[];
  /** Every rule that compiles, by id, switched on or off. */
  entries(): ReadonlyMap<string, CatalogEntry>;
  /** Whether the rule is on trial at an instant. */
  isOnTrial(id: string, nowMs: number): boolean;
  rejected(): readonly RejectedRule[];
  /** Whether a correlation may refer to a rule by this id or name. */
  knows(reference: string): boolean;
  /** The rule's own YAML document; undefined when there is none of this id. */
  textOf(id: string): string | undefined;
  /** Reads the state again: after every change, and now and then when several nodes share the state. */
  refresh(): Promise<void>;
};

type Sources = {
  readonly directories: readonly RuleText[];
  /** Files that could not even be read: shown among the rejected. */
  readonly unreadable?: readonly RejectedRule[];
  readonly compile: CompileRules;
  readonly readState: () => Promise<RuleState>;
  /** UTC milliseconds: trials end by themselves. */
  readonly now?: () => number;
};

type Header = Pick<CatalogEntry, "status" | "tags" | "titleJa">;

/** Compiles the directories once and own rules whenever they change. */
export async function openRuleCatalog({
  directories,
  unreadable = [],
  compile,
  readState,
  now = Date.now,
}: Sources): Promise<RuleCatalog> {
  const compileSafely = compileApart(compile);
  const base = await compileSafely(directories);
  const sound = directories.filter((file) => !base.isGuilty(file));
  const files = new Map(directories.map((file) => [file.origin, file]));
  const headers = headersOf(directories);
  let view = await build();

  async function build() {
    const state = await readState();
    const asText = ({ id, text }: OwnRule): RuleText => ({ text, origin: ownOrigin(id) });
    const ownOutcome = await compileSafely(state.own.map(asText));
    const entries = new Map<string, CatalogEntry>();
    const put = (rule: CompiledFacts, kind: CatalogEntry["kind"], header: Header): void => {
      const known = entries.get(rule.facts.id);
      const override = state.switches.get(rule.facts.id);
      entries.set(rule.facts.id, {
        ...rule,
        ...header,
        kind,
        overrides: kind === "own" && known?.kind === "directory",
        isEnabled: override?.isEnabled ?? true,
        override,
      });
    };
    const compiled = [...base.rules, ...base.open, ...ownOutcome.rules, ...ownOutcome.open];
    const known = new Set(compiled.flatMap(({ facts, name }) => [facts.id, name]));
    const isKnown = ({ missing }: OpenFacts): boolean => known.has(missing);
    const opened = { base: base.open.filter(isKnown), own: ownOutcome.open.filter(isKnown) };
    const unresolved = [...ownOutcome.open, ...base.open].filter((one) => !isKnown(one));
    for (const rule of [...base.rules, ...opened.base])
      put(rule, "directory", headers.get(keyOf(rule.origin, rule.facts.id)) ?? NO_HEADER);
    const ownHeaders = headersOf(state.own.map(asText));
    for (const rule of [...ownOutcome.rules, ...opened.own])
      put(rule, "own", ownHeaders.get(keyOf(rule.origin, rule.facts.id)) ?? NO_HEADER);
    // A rule without an id of its own can only be left out with its file.
    const isStopped = ({ origin }: RuleText): boolean => stopped.has(origin);
    const stopped = new Set(
      [...entries.values()]
        .filter((entry) => !entry.isEnabled && isAlone(files.get(entry.origin)))
        .map(({ origin }) => origin),
    );
    const disabled = new Set([...state.switches].filter(([, { isEnabled }]) => !isEnabled).map(([id]) => id));
    const { serving, halted } = servingRules(entries);
    return {
      entries,
      own: new Map(state.own.map(({ id, text }) => [id, text])),
      known,
      rejected: [
        ...halted,
        ...unresolved.map(({ rejection }) => rejection),
        ...ownOutcome.rejected,
        ...base.rejected,
        ...unreadable,
      ],
      active: mergeRules({
        directories: sound.filter((file) => !isStopped(file)),
        own: state.own.filter((rule) => !ownOutcome.isGuilty(asText(rule))),
        disabled,
        serving,
      }),
    };
  }

  // One after another, so that an older reading of the state never replaces a newer one; who waits shares the next.
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  function refresh(): Promise<void> {
    next ??= running.then(async () => {
      next = undefined;
      view = await build();
    });
    running = next.catch(() => undefined);
    return next;
  }

  return {
    activeRules: () => withTrials(view.active, view.entries, now()),
    entries: () => view.entries,
    isOnTrial: (id, nowMs) => isOnTrial(view.entries.get(id)?.override, nowMs),
    rejected: () => view.rejected,
    knows: (reference) => view.known.has(reference),
    textOf: (id) => {
      const entry = view.entries.get(id);
      if (entry?.kind === "own") return view.own.get(id);
      const file = entry && files.get(entry.origin);
      const part = file && splitDocuments(file.text).find((document) => document.id === id);
      return file && part ? documentText(file.text, part) : file?.text;
    },
    refresh,
  };
}

/** Whether the file is one rule that names no id. */
function isAlone(file: RuleText | undefined): boolean {
  const documents = file === undefined ? [] : splitDocuments(file.text);
  return documents.length === 1 && documents[0]?.id === "";
}

const NO_HEADER: Header = { status: "", tags: [], titleJa: "" };
const keyOf = (origin: string, id: string): string => `${origin}\0${id}`;

function headersOf(files: readonly RuleText[]): Map<string, Header> {
  return new Map(
    files.flatMap(({ text, origin }) =>
      splitDocuments(text).map(({ id, status, tags, titleJa }): [string, Header] => [
        keyOf(origin, id),
        { status, tags, titleJa },
      ]),
    ),
  );
}
