import { foldCase } from "../rule/fold-case.ts";
import { textLiteral } from "./literal.ts";

type FoldTable = {
  /** Characters that fold to one other, and what to, in the same order. */
  readonly from: string;
  readonly to: string;
  /** Characters that fold to several. */
  readonly longer: readonly (readonly [string, string])[];
};

let table: FoldTable | undefined;

/**
 * Every character beyond ASCII that `foldCase` changes, asked of `foldCase` itself: the database's own lower case follows another
 * version of Unicode and treats a sigma by its neighbors.
 */
function foldTable(): FoldTable {
  if (table !== undefined) return table;
  let [from, to] = ["", ""];
  const longer: (readonly [string, string])[] = [];
  for (let code = 0x80; code <= 0x10ffff; code = code === 0xd7ff ? 0xe000 : code + 1) {
    const char = String.fromCodePoint(code);
    const folded = foldCase(char);
    if (folded === char) continue;
    if (folded.length > char.length) longer.push([char, folded]);
    else [from, to] = [from + char, to + folded];
  }
  table = { from, to, longer };
  return table;
}

/** Parameters that SQL with `foldSql` in it needs. */
export const foldParams = (): Readonly<Record<string, string>> => ({ fold_from: foldTable().from, fold_to: foldTable().to });

/** `foldCase` of a String expression; for columns of few distinct values, such as field names. */
export function foldWordSql(text: string): string {
  const spelled = foldTable().longer.reduce(
    (inner, [from, to]) => `replaceAll(${inner}, ${textLiteral(from)}, ${textLiteral(to)})`,
    text,
  );
  return `lower(translateUTF8(${spelled}, {fold_from:String}, {fold_to:String}))`;
}

/** `foldCase` of a String expression; nearly all values are ASCII, for which lowering bytes will do. */
export const foldSql = (text: string): string =>
  `if(length(${text}) = lengthUTF8(${text}), lower(${text}), ${foldWordSql(text)})`;
