import type { CompileRules } from "./compiled.ts";
import type { RejectedRule } from "./contract.ts";
import { documentText, type RuleText, splitDocuments } from "./documents.ts";
import type { CatalogEntry, Switch } from "./entry.ts";
import { isSamePack, type Layer, layerCompiler, pileUp, soundIn, soundTexts } from "./layers.ts";
import { mergeRules, type OwnRule, ownOrigin } from "./merge.ts";
import type { Holder, PackInForce } from "./pack/holder.ts";
import { servingRules } from "./serving.ts";
import { isOnTrial, withTrials } from "./trial.ts";

/** What the state engine holds: own rules, packs that are on (lowest precedence first) and switches. */
export type RuleState = {
  readonly own: readonly (OwnRule & { readonly version: number })[];
  readonly packs?: readonly PackInForce[];
  readonly switches: ReadonlyMap<string, Switch>;
};

export type RuleCatalog = {
  /** What the detector is to run now; it changes when a trial of a correlation ends, too. */
  activeRules(): readonly RuleText[];
  /** Every rule that compiles, by id, switched on or off. */
  entries(): ReadonlyMap<string, CatalogEntry>;
  /** Whether the rule is on trial at an instant. */
  isOnTrial(id: string, nowMs: number): boolean;
  rejected(): readonly RejectedRule[];
  /** All that have a rule of this id, lowest precedence first: the last one's rule runs. */
  holders(id: string): readonly Holder[];
  /** Names of the packs that are on, lowest precedence first. */
  packOrder(): readonly string[];
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
  /** The rule files of a pack; asked only when it, or its version, was not in force before. */
  readonly readPackTexts?: (pack: PackInForce) => Promise<readonly RuleText[]>;
  /** UTC milliseconds: trials end by themselves. */
  readonly now?: () => number;
};

/** Compiles the directories once, packs when others are in force, and own rules whenever they change. */
export async function openRuleCatalog({
  directories,
  unreadable = [],
  compile,
  readState,
  readPackTexts = async () => [],
  now = Date.now,
}: Sources): Promise<RuleCatalog> {
  const layerOf = layerCompiler(compile);
  const base = await layerOf({ kind: "directory" }, directories);
  let packLayers: readonly Layer[] = [];
  let view = await build();

  /** Compiles anew only what was not in force before. */
  async function packsOf(packs: readonly PackInForce[]): Promise<readonly Layer[]> {
    const layers: Layer[] = [];
    for (const pack of packs) {
      const before = packLayers.find((layer) => isSamePack(layer.pack, pack));
      layers.push(before ?? (await layerOf({ kind: "pack", pack }, await readPackTexts(pack))));
    }
    packLayers = layers;
    return layers;
  }

  async function build() {
    const state = await readState();
    const ownTexts = state.own.map(({ id, text }): RuleText => ({ text, origin: ownOrigin(id) }));
    const loaded = [base, ...(await packsOf(state.packs ?? []))];
    const own = await layerOf({ kind: "own" }, ownTexts);
    const { entries, holders, known, rejected } = pileUp([...loaded, own], state.switches);
    const files = new Map(loaded.flatMap(({ texts }) => texts.map((file) => [file.origin, file] as const)));
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
      holders,
      packOrder: packLayers.flatMap(({ pack }) => pack?.name ?? []),
      files,
      own: new Map(state.own.map(({ id, text }) => [id, text])),
      known,
      rejected: [...halted, ...rejected, ...unreadable],
      active: mergeRules({
        directories: loaded.flatMap(soundTexts).filter((file) => !isStopped(file)),
        own: state.own.filter(({ id, text }) => !own.outcome.isGuilty({ text, origin: ownOrigin(id) })),
        disabled,
        serving,
        isSound: soundIn([...loaded, own], known),
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
    holders: (id) => view.holders.get(id) ?? [],
    packOrder: () => view.packOrder,
    knows: (reference) => view.known.has(reference),
    textOf: (id) => {
      const entry = view.entries.get(id);
      if (entry?.kind === "own") return view.own.get(id);
      const file = entry && view.files.get(entry.origin);
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
