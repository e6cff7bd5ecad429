import { sql } from "drizzle-orm";
import type { StateTx } from "../../platform/state/index.ts";
import { type Key, keyOf } from "./entities.ts";
import type { GroupRow } from "./grouping.ts";
import { folded, storable } from "./text.ts";

/** Plain words, or everything outside of ASCII. */
const RUNS = /[a-z0-9]+|\P{ASCII}+/gu;
const MAX_WORDS = 400;
const WORD_CHARS = 64;

/**
 * What folded text is found by: runs of a–z and 0–9, and in all other scripts each character with its neighbor, since Japanese has no
 * spaces. The last character of such a run stands alone too. At most 400.
 */
export function wordsOf(text: string): string[] {
  const words = new Set<string>();
  for (const [run] of text.matchAll(RUNS)) {
    for (const word of isPlain(run) ? [run.slice(0, WORD_CHARS)] : neighbors(run)) {
      if (words.size >= MAX_WORDS) return [...words];
      words.add(word);
    }
  }
  return [...words];
}

const isPlain = (run: string): boolean => /^[a-z0-9]/.test(run);

function neighbors(run: string): string[] {
  const characters = [...run];
  return characters.map((character, i) => character + (characters[i + 1] ?? ""));
}

/**
 * The same as a condition for the index, in the engine's tsquery language: whatever is found by it holds each asked word from the
 * beginning of a word of its own; whether it truly does is for the caller to look. undefined = nothing to look for.
 */
export function wordsQuery(text: string): string | undefined {
  const terms: string[] = [];
  for (const word of folded(storable(text, 400)).split(/\s+/u).slice(0, 8)) {
    const runs = [...word.matchAll(RUNS)].map(([run]) => run);
    for (const [i, run] of runs.entries()) {
      const isLast = i === runs.length - 1;
      if (isPlain(run)) terms.push(`'${run.slice(0, WORD_CHARS)}'${isLast || run.length >= WORD_CHARS ? ":*" : ""}`);
      else terms.push(...pairsOf(run));
    }
  }
  return terms.length === 0 ? undefined : [...new Set(terms)].join(" & ");
}

/** A pair is a whole word of the index; a single character begins one. */
function pairsOf(run: string): string[] {
  const pairs = neighbors(run);
  return pairs.length === 1 ? pairs.map((one) => `'${one}':*`) : pairs.slice(0, -1).map((pair) => `'${pair}'`);
}

/** Keeps what the alerts are found by, where their text is the newest and is not what it was. The caller holds the alerts' rows. */
export async function rememberWords(
  tx: StateTx,
  groups: readonly Pick<GroupRow, keyof Key | "search_text">[],
  written: readonly (Key & { readonly id: string })[],
): Promise<void> {
  const idOf = new Map(written.map((row) => [keyOf(row), row.id]));
  const rows = groups.map((group) => ({
    id: idOf.get(keyOf(group)),
    text: group.search_text,
    words: wordsOf(group.search_text),
  }));
  await tx.execute(sql`
    INSERT INTO alert_words (alert_id, words)
    SELECT a.id, array_to_tsvector(g.words)
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS g(id text, text text, words text[])
    JOIN alert a ON a.id = g.id AND a.search_text = g.text
    ORDER BY a.id
    ON CONFLICT (alert_id) DO UPDATE SET words = excluded.words WHERE alert_words.words <> excluded.words`);
}
