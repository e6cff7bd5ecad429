import type { CompiledFacts, CompileOutcome, CompileRules } from "./compiled.ts";
import type { RejectedRule } from "./contract.ts";
import type { RuleText } from "./documents.ts";

const CHUNK = 500;
/** A hang costs a minute each time it is met: eight parts find one file among 500 in four meetings, halves in ten. */
const PARTS = 8;
/** When more texts than this fail, it is not the texts. */
const MAX_GUILTY = 20;

export type ApartOutcome = CompileOutcome & {
  /** Texts that must never reach a thread again. */
  readonly isGuilty: (file: RuleText) => boolean;
};

/**
 * Compiles in chunks; when one fails as a whole (a hang, a crash) its parts are tried, down to the text that is guilty,
 * which is listed as rejected and remembered. Of rules with one id the last stays, whatever chunk it is in.
 * Errors: the compiler's own, when it fails for more than 20 texts.
 */
export function compileApart(compile: CompileRules): (texts: readonly RuleText[]) => Promise<ApartOutcome> {
  const guilty = new Map<string, RejectedRule>();
  const keyOf = ({ origin, text }: RuleText): string => `${origin}\0${text}`;

  async function attempt(texts: readonly RuleText[]): Promise<readonly CompileOutcome[]> {
    if (texts.length === 0) return [];
    try {
      return [await compile(texts)];
    } catch (error) {
      if (guilty.size >= MAX_GUILTY) throw error;
      const [only] = texts;
      if (only === undefined || texts.length > 1) return await inTurn(texts, Math.ceil(texts.length / PARTS));
      const reason = `the compiler failed on this file: ${error instanceof Error ? error.message : String(error)}`;
      guilty.set(keyOf(only), { origin: only.origin, reason });
      return [];
    }
  }
  // Chunks use every thread; the parts of a failed one go one by one, so that a hopeless case is given up early.
  async function inTurn(texts: readonly RuleText[], size: number): Promise<CompileOutcome[]> {
    const outcomes: CompileOutcome[] = [];
    for (const part of chunksOf(texts, size)) outcomes.push(...(await attempt(part)));
    return outcomes;
  }

  return async (texts) => {
    const sound = texts.filter((file) => !guilty.has(keyOf(file)));
    const outcomes = (await Promise.all(chunksOf(sound, CHUNK).map(attempt))).flat();
    const known = texts.flatMap((file) => guilty.get(keyOf(file)) ?? []);
    return {
      rules: lastOfEachId(outcomes.flatMap(({ rules }) => rules)),
      open: outcomes.flatMap(({ open }) => open),
      rejected: [...outcomes.flatMap(({ rejected }) => rejected), ...known],
      narrowing: [
        ...new Map(outcomes.flatMap(({ narrowing = [] }) => narrowing).map((filter) => [filter.id, filter])).values(),
      ],
      isGuilty: (file) => guilty.has(keyOf(file)),
    };
  };
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / Math.max(1, size));
  return Array.from({ length: count }, (_, at) => items.slice(at * size, (at + 1) * size));
}

const lastOfEachId = (rules: readonly CompiledFacts[]): CompiledFacts[] => [
  ...new Map(rules.map((rule) => [rule.facts.id, rule])).values(),
];
