import { createHash } from "node:crypto";
import { documentText, headerScalar, splitDocuments } from "../documents.ts";
import { type DocumentKind, MAX_LISTED, type PackDifference } from "./contract.ts";

/** A Sigma document of a pack. `key`: what makes it the same document in another version: its id, or its place without one. */
export type PackDocument = {
  readonly key: string;
  /** "" when it names none. */
  readonly id: string;
  readonly title: string;
  readonly kind: DocumentKind;
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** The last line. */
  readonly endLine: number;
  /** Of its own text, so that a move to another file is no change. */
  readonly hash: string;
};
type RuleFile = { readonly path: string; readonly text: string };

/** The documents of rule files, in order, without parsing YAML: broken ones are there too. */
export function inventoryOf(files: readonly RuleFile[]): PackDocument[] {
  return files.flatMap(({ path, text }) =>
    splitDocuments(text).flatMap((part, place): PackDocument[] => {
      const own = documentText(text, part)
        .replace(/^---[^\n]*\n?/, "")
        .trim();
      if (!/^[^\s#]/m.test(own)) return [];
      const kind = part.isCorrelation ? "correlation" : part.isFilter ? "filter" : "rule";
      const key = part.id === "" ? `${path}#${place}` : part.id;
      const hash = createHash("sha256").update(own.replaceAll("\r\n", "\n")).digest("base64");
      const lines = { line: part.startLine + 1, endLine: part.endLine };
      return [{ key, id: part.id, title: headerScalar(own, "title"), kind, path, ...lines, hash }];
    }),
  );
}

/** What a new version adds, changes and removes, by rule id. Of several documents with one id the last counts, as it is the one that runs. */
export function differenceOf(
  before: readonly PackDocument[],
  after: readonly PackDocument[],
  from: number | null,
): PackDifference {
  const old = lastOfEachKey(before);
  const now = lastOfEachKey(after);
  const added = [...now.values()].filter(({ key }) => !old.has(key));
  const changed = [...now.values()].filter(({ key, hash }) => (old.get(key)?.hash ?? hash) !== hash);
  const removed = [...old.values()].filter(({ key }) => !now.has(key));
  const item = (change: "added" | "changed" | "removed") => (one: PackDocument) => ({
    change,
    id: one.id,
    title: one.title,
    kind: one.kind,
    path: one.path,
  });
  return {
    from,
    added: added.length,
    changed: changed.length,
    removed: removed.length,
    unchanged: now.size - added.length - changed.length,
    items: [...changed.map(item("changed")), ...removed.map(item("removed")), ...added.map(item("added"))].slice(
      0,
      MAX_LISTED,
    ),
  };
}

const lastOfEachKey = (documents: readonly PackDocument[]): Map<string, PackDocument> =>
  new Map(documents.map((one) => [one.key, one]));
