import { type ApartOutcome, compileApart } from "./compile-apart.ts";
import type { CompiledFacts, CompileRules, OpenFacts } from "./compiled.ts";
import type { RejectedRule } from "./contract.ts";
import { type RuleText, splitDocuments } from "./documents.ts";
import type { CatalogEntry, Switch } from "./entry.ts";
import type { Holder, PackInForce } from "./pack/holder.ts";
import { type IsSound, soundOf } from "./sound.ts";

type Header = Pick<CatalogEntry, "status" | "tags" | "titleJa">;
type Place = { readonly kind: CatalogEntry["kind"]; readonly pack?: PackInForce };
/** Rules of one place: the directories, a pack, or what was written in the browser. */
export type Layer = Place & {
  readonly texts: readonly RuleText[];
  readonly outcome: ApartOutcome;
  /** By origin and id. */
  readonly headers: ReadonlyMap<string, Header>;
};

/** Compiles the texts of a layer; what hangs the compiler is remembered for all layers. */
export function layerCompiler(compile: CompileRules): (place: Place, texts: readonly RuleText[]) => Promise<Layer> {
  const compileSafely = compileApart(compile);
  return async (place, texts) => ({
    ...place,
    texts,
    outcome: await compileSafely(texts),
    headers: headersOf(texts),
  });
}

export const isSamePack = (one: PackInForce | undefined, two: PackInForce): boolean =>
  one?.name === two.name && one.version === two.version && one.contentHash === two.contentHash;

/** The texts that may reach a thread. */
export const soundTexts = ({ texts, outcome }: Layer): readonly RuleText[] =>
  texts.filter((file) => !outcome.isGuilty(file));

/** Whether a document of some layer runs, or could if nothing else had its id. */
export function soundIn(layers: readonly Layer[], known: ReadonlySet<string>): IsSound {
  const isKnown = ({ missing }: OpenFacts): boolean => known.has(missing);
  const byOrigin = new Map<string, IsSound>();
  for (const { texts, outcome } of layers) {
    const unresolved = outcome.open.filter((one) => !isKnown(one)).map(({ rejection }) => rejection);
    const isSound = soundOf({
      compiled: [...outcome.rules, ...outcome.open.filter(isKnown)],
      rejected: [...outcome.rejected, ...unresolved],
    });
    for (const { origin } of texts) byOrigin.set(origin, isSound);
  }
  return (origin, part, parts) => byOrigin.get(origin)?.(origin, part, parts) ?? true;
}

type Pile = {
  /** The rule that runs, by id. */
  readonly entries: ReadonlyMap<string, CatalogEntry>;
  readonly holders: ReadonlyMap<string, readonly Holder[]>;
  /** Ids and names that a correlation may refer to. */
  readonly known: ReadonlySet<string>;
  readonly rejected: readonly RejectedRule[];
};

/** Lays them one upon the other, lowest precedence first: a rule of a later layer stands in for one of the same id below it. */
export function pileUp(layers: readonly Layer[], switches: ReadonlyMap<string, Switch>): Pile {
  const compiled = layers.flatMap(({ outcome }) => [...outcome.rules, ...outcome.open]);
  const known = new Set(compiled.flatMap(({ facts, name }) => [facts.id, name]));
  const isKnown = ({ missing }: OpenFacts): boolean => known.has(missing);
  const entries = new Map<string, CatalogEntry>();
  const holders = new Map<string, Holder[]>();
  for (const layer of layers) {
    for (const rule of [...layer.outcome.rules, ...layer.outcome.open.filter(isKnown)]) {
      const { id } = rule.facts;
      const isAbove = holders.has(id) && layer.kind !== "directory";
      entries.set(id, entryOf(rule, layer, { isAbove, override: switches.get(id) }));
      const holder = { kind: layer.kind, origin: rule.origin, ...(layer.pack && { pack: layer.pack.name }) };
      holders.set(id, [...(holders.get(id) ?? []), holder]);
    }
  }
  const outcomes = layers.map(({ outcome }) => outcome).toReversed();
  const unresolved = outcomes.flatMap(({ open }) => open.filter((one) => !isKnown(one)));
  const rejected = [...unresolved.map(({ rejection }) => rejection), ...outcomes.flatMap((one) => one.rejected)];
  return { entries, holders, known, rejected };
}

type Standing = { readonly isAbove: boolean; readonly override: Switch | undefined };

function entryOf(rule: CompiledFacts, { kind, pack, headers }: Layer, { isAbove, override }: Standing): CatalogEntry {
  return {
    ...rule,
    ...(headers.get(keyOf(rule.origin, rule.facts.id)) ?? NO_HEADER),
    ...(pack && { pack: { name: pack.name, version: pack.version } }),
    kind,
    overrides: isAbove,
    isEnabled: override?.isEnabled ?? true,
    override,
  };
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
