/**
 * What every value that a regular expression matches must have: at least one of some texts, and a length. A cheap look then
 * rules out most values before the expression runs. Reads the syntax of RE2; what it does not know for sure needs nothing.
 */
export type Needs = {
  /** Lower-cased, ASCII; undefined when no texts tell enough. */
  readonly texts: readonly string[] | undefined;
  /** In UTF-16 units. */
  readonly minLength: number;
};

/** More alternatives than this no longer narrow anything. */
const MAX_ALTERNATIVES = 64;
const MIN_LENGTH = 3;
/** A single character that is neither letter nor digit nor common in paths, commands and texts tells as much. */
const RARE = /[^\w\s.,:;/\\"'()=-]/;
/** Members of a character class that are worth spelling out. */
const MAX_MEMBERS = 4;
const MAX_DEPTH = 50;

export function needsOf(pattern: string): Needs {
  const reader: Reader = { pattern, at: 0, depth: 0 };
  const { texts, minLength } = readAlternatives(reader);
  if (reader.at !== pattern.length) return { texts: undefined, minLength: 0 };
  const lowered = [...new Set(texts?.map((text) => text.toLowerCase()))];
  const isUseful = lowered.length > 0 && lowered.length <= MAX_ALTERNATIVES && lowered.every(isTelling);
  return { texts: isUseful ? lowered : undefined, minLength };
}

/** ASCII only: the lower case of other letters may depend on their neighbors or differ from what RE2 folds. */
const isTelling = (text: string): boolean => worthOf(text) >= MIN_LENGTH && /^[ -~]+$/.test(text);

/** Its length, where a rare character or a pair of signs counts as three. */
const worthOf = (text: string): number =>
  Math.max(text.length, RARE.test(text) || /^[^\w]{2}$/.test(text) ? MIN_LENGTH : 0);

type Reader = { readonly pattern: string; at: number; depth: number };
/** `spelled`: the element is exactly one of these texts. */
type Element = Needs & { readonly spelled?: readonly string[] };

const ANYTHING: Element = { texts: undefined, minLength: 0 };
const ONE_CHARACTER: Element = { texts: undefined, minLength: 1 };
const spelled = (texts: readonly string[]): Element => ({ texts, minLength: 1, spelled: texts });

function readAlternatives(reader: Reader): Needs {
  let { texts, minLength } = readSequence(reader);
  while (reader.pattern[reader.at] === "|") {
    reader.at++;
    const next = readSequence(reader);
    texts = texts && next.texts && [...texts, ...next.texts];
    minLength = Math.min(minLength, next.minLength);
  }
  return { texts, minLength };
}

function readSequence(reader: Reader): Needs {
  let best: readonly string[] | undefined;
  let runs: readonly string[] = [""];
  let minLength = 0;
  const endRun = () => {
    if (runs[0] !== "") best = better(best, runs);
    runs = [""];
  };
  while (reader.at < reader.pattern.length && !"|)".includes(reader.pattern.charAt(reader.at))) {
    const element = readElement(reader);
    const least = readQuantifier(reader);
    minLength += element.minLength * (least ?? 1);
    if (least !== undefined && element.spelled === undefined) endRun();
    if (least === 0) endRun();
    else if (element.spelled && runs.length * element.spelled.length <= MAX_ALTERNATIVES)
      runs = crossed(runs, element.spelled);
    else {
      endRun();
      best = better(best, element.texts);
    }
    if (least !== undefined) endRun();
  }
  endRun();
  return { texts: best, minLength };
}

const crossed = (heads: readonly string[], tails: readonly string[]): readonly string[] =>
  heads.flatMap((head) => tails.map((tail) => head + tail));

/** The set whose least telling text tells most; of equals, the one with fewer texts. */
function better(a: readonly string[] | undefined, b: readonly string[] | undefined): readonly string[] | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const least = (texts: readonly string[]) => Math.min(...texts.map(worthOf));
  const gain = least(b) - least(a);
  return gain > 0 || (gain === 0 && b.length < a.length) ? b : a;
}

function readElement(reader: Reader): Element {
  const char = String.fromCodePoint(reader.pattern.codePointAt(reader.at) ?? 0);
  reader.at += char.length;
  if (char === "(") return readGroup(reader);
  if (char === "[") return readClass(reader);
  if (char === "\\") return readEscape(reader);
  if (char === "^" || char === "$") return ANYTHING;
  return char === "." ? ONE_CHARACTER : spelled([char]);
}

function readGroup(reader: Reader): Element {
  const rest = reader.pattern.slice(reader.at, reader.at + 80);
  const flags = /^\?[imsU-]+\)/.exec(rest);
  if (flags) {
    reader.at += flags[0].length;
    return ANYTHING;
  }
  const opening = /^\?(?:P?<\w+>|[imsU-]*:)/.exec(rest);
  if (opening) reader.at += opening[0].length;
  else if (rest.startsWith("?")) return giveUp(reader);
  if (++reader.depth > MAX_DEPTH) return giveUp(reader);
  const needs = readAlternatives(reader);
  reader.depth--;
  if (reader.pattern[reader.at] !== ")") return giveUp(reader);
  reader.at++;
  return needs;
}

/** A class of a few plain characters is spelled out; letters in both cases are one, since texts are compared without case. */
function readClass(reader: Reader): Element {
  const match = /^\^?\]?(?:\[:\^?\w+:\]|\\[\s\S]|[^\]\\])*\]/.exec(reader.pattern.slice(reader.at));
  if (match === null) return giveUp(reader);
  reader.at += match[0].length;
  const inside = match[0].slice(0, -1);
  if (!/^(?:[\w .,:;/"'()=+@#%&!~`<>|{}$*?]|\\[^\w\s])+$/.test(inside)) return ONE_CHARACTER;
  const members = [...new Set(inside.replace(/\\(.)/g, "$1").toLowerCase())];
  return members.length <= MAX_MEMBERS ? spelled(members) : ONE_CHARACTER;
}

function readEscape(reader: Reader): Element {
  const char = reader.pattern.charAt(reader.at++);
  if (/^[^\w\s]$/.test(char)) return spelled([char]);
  if (/^[dDsSwW]$/.test(char)) return ONE_CHARACTER;
  return /^[bBAz]$/.test(char) ? ANYTHING : giveUp(reader);
}

/** Least repetitions of the element before: undefined without a quantifier. */
function readQuantifier(reader: Reader): number | undefined {
  const match = /^(?:([*?])|(\+)|\{(\d+)(?:,\d*)?\})\??/.exec(reader.pattern.slice(reader.at, reader.at + 16));
  if (match === null) return undefined;
  reader.at += match[0].length;
  if (match[1] !== undefined) return 0;
  return match[2] === undefined ? Number(match[3]) : 1;
}

/** Goes past the end, which makes the whole answer "nothing is needed". */
function giveUp(reader: Reader): Element {
  reader.depth = MAX_DEPTH;
  reader.at = reader.pattern.length + 1;
  return ANYTHING;
}
