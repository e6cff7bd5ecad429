import type { RuleCatalog } from "../catalog.ts";
import { compileApart } from "../compile-apart.ts";
import type { CompileRules } from "../compiled.ts";
import type { RejectedRule } from "../contract.ts";
import type { CatalogEntry } from "../entry.ts";
import { type IsSound, soundOf } from "../sound.ts";
import { MAX_LISTED, type PackCounts, type PackDuplicate, type PackFinding, type PackPreview } from "./contract.ts";
import type { Gathered, PackFile } from "./gather.ts";
import { type Holder, packOrigin } from "./holder.ts";
import { inventoryOf, type PackDocument } from "./inventory.ts";
import { narrowingOf } from "./narrowing.ts";

type Deps = { readonly catalog: RuleCatalog; readonly compile: CompileRules };
export type Looked = Pick<PackPreview, "counts" | "rejected" | "leftOut" | "duplicates" | "filters" | "licenses"> & {
  readonly documents: readonly PackDocument[];
};

/** Compiles what was gathered as the pack of that name would run, and says what it holds and what is wrong with it. */
export async function lookInto(name: string, { files, leftOut }: Gathered, deps: Deps): Promise<Looked> {
  const rules = files.filter(({ kind }) => kind === "rules");
  const documents = inventoryOf(rules);
  const outcome = await compileApart(deps.compile)(
    rules.map(({ path, text }) => ({ origin: packOrigin(name, path), text })),
  );
  const known = knownWith(name, [...outcome.rules, ...outcome.open], deps.catalog);
  const isOpen = ({ missing }: { readonly missing: string }) => !known.has(missing);
  const rejected = [...outcome.rejected, ...outcome.open.filter(isOpen).map(({ rejection }) => rejection)];
  const running = [...outcome.rules, ...outcome.open.filter((one) => !isOpen(one))];
  const correlations = running.filter(({ parts }) => parts !== undefined).length;
  const sound = soundDocuments(name, documents, soundOf({ compiled: running, rejected }));
  const licenses = files.filter(({ kind }) => kind === "license");
  const counts: PackCounts = {
    files: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    rules: running.length - correlations,
    correlations,
    filters: sound.filter(({ kind }) => kind === "filter").length,
    rejected: rejected.length,
    leftOut: leftOut.length,
    licenses: licenses.length,
  };
  return {
    counts,
    documents,
    rejected: rejected.slice(0, MAX_LISTED).map((one) => findingOf(name, one)),
    leftOut: leftOut.slice(0, MAX_LISTED).map((one) => ({ ...one })),
    duplicates: duplicatesOf(name, sound, deps.catalog),
    filters: narrowingOf(name, outcome.narrowing ?? [], deps.catalog),
    licenses: licenses.slice(0, 50).map(({ path, text }) => ({ path, firstLine: firstLineOf(text) })),
  };
}

/** The documents that can run: what is rejected stands in for nothing. */
function soundDocuments(pack: string, documents: readonly PackDocument[], isSound: IsSound): readonly PackDocument[] {
  const parts = documents.map((document) => {
    const { id, kind, path, line, endLine } = document;
    return { document, origin: packOrigin(pack, path), id, isFilter: kind === "filter", startLine: line - 1, endLine };
  });
  const byOrigin = Map.groupBy(parts, ({ origin }) => origin);
  return parts
    .filter((part) => isSound(part.origin, part, byOrigin.get(part.origin) ?? []))
    .map(({ document }) => document);
}

type Named = { readonly facts: { readonly id: string }; readonly name: string };

/** Ids and names that a correlation of the pack may refer to: its own, and all that is loaded beside it. */
function knownWith(pack: string, compiled: readonly Named[], catalog: RuleCatalog): ReadonlySet<string> {
  const others = [...catalog.entries().values()].filter((entry: CatalogEntry) => entry.pack?.name !== pack);
  return new Set([...compiled, ...others].flatMap(({ facts, name }) => [facts.id, name]));
}

function findingOf(pack: string, { origin, line, id, title, reason }: RejectedRule): PackFinding {
  const path = origin.slice(packOrigin(pack, "").length);
  const named = { ...(id !== undefined && { id }), ...(title !== undefined && { title }) };
  return { path, ...(line !== undefined && { line }), ...named, reason };
}

/** Ids that others have too. An own rule runs instead of the pack's; the pack's runs instead of a directory's and of an older pack's. */
function duplicatesOf(
  pack: string,
  documents: readonly PackDocument[],
  catalog: RuleCatalog,
): PackPreview["duplicates"] {
  const order = catalog.packOrder();
  const place = order.includes(pack) ? order.indexOf(pack) : order.length;
  const yieldsTo = ({ kind, pack: other }: Holder): boolean =>
    kind === "own" || (kind === "pack" && other !== undefined && order.indexOf(other) > place);
  // Rules and filters have ids of their own.
  const keyOf = ({ kind, id }: PackDocument): string => `${kind === "filter"} ${id}`;
  const last = new Map(documents.map((one) => [keyOf(one), one]));
  const items = documents
    .filter(({ id }) => id !== "")
    .flatMap((one): PackDuplicate[] => {
      const { id, title, path } = one;
      const winner = last.get(keyOf(one)) ?? one;
      const same = {
        id,
        title,
        path,
        with: "same-pack" as const,
        origin: `${winner.path}:${winner.line}`,
        runs: "other" as const,
      };
      if (winner !== one) return [same];
      if (one.kind === "filter") return [];
      return catalog
        .holders(id)
        .filter((holder) => holder.pack !== pack)
        .map((holder) => ({
          ...{ id, title, path, with: holder.kind, origin: holder.origin },
          runs: yieldsTo(holder) ? ("other" as const) : ("this" as const),
        }));
    });
  return { total: items.length, items: items.slice(0, MAX_LISTED) };
}

function firstLineOf(text: PackFile["text"]): string {
  const line = text.split("\n").find((one) => /[^\s#=*-]/.test(one)) ?? "";
  return line
    .replace(/^[\s#=*]+/, "")
    .trim()
    .slice(0, 200);
}
