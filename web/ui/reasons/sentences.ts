/** English on the left, the reader's language on the right; `{0}`, `{1}` … are holes, numbered as they stand in the English. */
export type Sentences = Readonly<Record<string, string>>;
/** `words`: what `{=0}` says instead of the value itself, where it is known. */
export type Catalogue = { readonly sentences: Sentences; readonly words: Sentences };
export type Translate = (english: string) => string | undefined;

type Pattern = { readonly literals: readonly string[]; readonly translated: string };

const MAX_MESSAGE_CHARS = 8_000;
const MAX_HOLE_CHARS = 4_000;
const HOLE = /\{\d+\}/;
const PUT = /\{(=?)(\d+)\}/g;
/** A hole may hold a sentence that has holes itself; no deeper. */
const MAX_DEPTH = 2;

/**
 * Finds a server's sentence in a catalogue: the whole of it first, then by the words around its holes, those with the most words first.
 * No regular expression is made of a sentence: the time is bounded by the length of the message. Undefined = it is not there.
 */
export function translator({ sentences, words }: Catalogue): Translate {
  const whole = new Map(Object.entries(sentences).filter(([english]) => !HOLE.test(english)));
  const patterns: readonly Pattern[] = Object.entries(sentences)
    .filter(([english]) => HOLE.test(english))
    .map(([english, translated]) => ({ literals: english.split(HOLE), translated }))
    .toSorted((a, b) => wordsIn(b) - wordsIn(a));

  function translate(english: string, depth: number): string | undefined {
    if (depth === 0 || english.length > MAX_MESSAGE_CHARS) return undefined;
    const known = whole.get(english);
    if (known !== undefined) return known;
    for (const { literals, translated } of patterns) {
      const values = valuesOf(english, literals);
      if (values) return translated.replaceAll(PUT, (_, mark, at) => put(values[Number(at)] ?? "", mark, depth));
    }
    return undefined;
  }

  function put(value: string, mark: string, depth: number): string {
    if (mark === "") return value;
    return wordOf(value) ?? translate(value, depth - 1) ?? listOf(value);
  }

  const wordOf = (value: string): string | undefined => (Object.hasOwn(words, value) ? words[value] : undefined);

  function listOf(value: string): string {
    const parts = value.split(", ");
    return parts.every((part) => wordOf(part) !== undefined) ? parts.map(wordOf).join("、") : value;
  }

  return (english) => translate(english, MAX_DEPTH);
}

const wordsIn = ({ literals }: Pattern): number => literals.join("").length;

/** What stands in the holes between the literals, each as short as it can be; undefined when the text is another one. */
function valuesOf(text: string, literals: readonly string[]): readonly string[] | undefined {
  const first = literals[0] ?? "";
  const last = literals.at(-1) ?? "";
  const end = text.length - last.length;
  if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return undefined;
  const values: string[] = [];
  let from = first.length;
  for (const literal of literals.slice(1, -1)) {
    const at = text.indexOf(literal, from);
    if (at < 0 || at + literal.length > end) return undefined;
    values.push(text.slice(from, at));
    from = at + literal.length;
  }
  values.push(text.slice(from, end));
  return values.every(({ length }) => length <= MAX_HOLE_CHARS) ? values : undefined;
}
