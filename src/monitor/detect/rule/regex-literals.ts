/**
 * Texts of which every match of a regular expression contains at least one, so that a cheap search can rule out most
 * values before the expression runs. Reads the syntax of RE2; whatever it does not know for sure needs nothing.
 */
type Needed = readonly string[] | undefined;

/** More alternatives than this no longer narrow anything. */
const MAX_ALTERNATIVES = 64;
const MIN_LENGTH = 3;
/** A single character that is neither letter nor digit nor common in paths, commands and texts tells as much. */
const RARE = /[^\w\s.,:;/\\"'()=-]/;

export function requiredTexts(pattern: string): Needed {
  const reader: Reader = { pattern, at: 0, depth: 0 };
  const needed = readAlternatives(reader);
  if (reader.at < pattern.length || needed === undefined) return undefined;
  const texts = [...new Set(needed.map((text) => text.toLowerCase()))];
  return texts.length <= MAX_ALTERNATIVES && texts.every(isTelling) ? texts : undefined;
}

/** ASCII only: the lower case of other letters may depend on their neighbors or differ from what RE2 folds. */
const isTelling = (text: string): boolean => (text.length >= MIN_LENGTH || RARE.test(text)) && /^[ -~]+$/.test(text);

type Reader = { readonly pattern: string; at: number; depth: number };
/** An element is one known character, or something of which only the needed texts are known. */
type Element = { readonly char: string } | { readonly needed: Needed };

const UNKNOWN: Element = { needed: undefined };
const MAX_DEPTH = 50;

function readAlternatives(reader: Reader): Needed {
  let all: Needed = readSequence(reader);
  while (reader.pattern[reader.at] === "|") {
    reader.at++;
    const next = readSequence(reader);
    all = all && next && [...all, ...next];
  }
  return all;
}

function readSequence(reader: Reader): Needed {
  let best: Needed;
  let run = "";
  const endRun = () => {
    if (run !== "") best = better(best, [run]);
    run = "";
  };
  while (reader.at < reader.pattern.length && !"|)".includes(reader.pattern.charAt(reader.at))) {
    const element = readElement(reader);
    const least = readQuantifier(reader);
    if ("char" in element && least === undefined) run += element.char;
    else if ("char" in element && least !== 0) {
      run += element.char;
      endRun();
    } else {
      endRun();
      if (!("char" in element) && least !== 0) best = better(best, element.needed);
    }
  }
  endRun();
  return best;
}

/** The set whose shortest text is longest, a rare character counting as three; of equals, the one with fewer texts. */
function better(a: Needed, b: Needed): Needed {
  if (a === undefined || b === undefined) return a ?? b;
  const worth = (text: string) => Math.max(text.length, RARE.test(text) ? MIN_LENGTH : 0);
  const shortest = (texts: readonly string[]) => Math.min(...texts.map(worth));
  const gain = shortest(b) - shortest(a);
  return gain > 0 || (gain === 0 && b.length < a.length) ? b : a;
}

function readElement(reader: Reader): Element {
  const char = String.fromCodePoint(reader.pattern.codePointAt(reader.at) ?? 0);
  reader.at += char.length;
  if (char === "(") return readGroup(reader);
  if (char === "[") return readClass(reader);
  if (char === "\\") return readEscape(reader);
  return ".^$".includes(char) ? UNKNOWN : { char };
}

function readGroup(reader: Reader): Element {
  const opening = /^\?(?:P?<\w+>|[imsU-]*:)/.exec(reader.pattern.slice(reader.at, reader.at + 80));
  const flags = /^\?[imsU-]+\)/.exec(reader.pattern.slice(reader.at, reader.at + 12));
  if (flags) {
    reader.at += flags[0].length;
    return UNKNOWN;
  }
  if (opening) reader.at += opening[0].length;
  else if (reader.pattern[reader.at] === "?") return giveUp(reader);
  if (++reader.depth > MAX_DEPTH) return giveUp(reader);
  const needed = readAlternatives(reader);
  reader.depth--;
  if (reader.pattern[reader.at] !== ")") return giveUp(reader);
  reader.at++;
  return { needed };
}

function readClass(reader: Reader): Element {
  const match = /^\^?\]?(?:\[:\^?\w+:\]|\\[\s\S]|[^\]\\])*\]/.exec(reader.pattern.slice(reader.at));
  if (match === null) return giveUp(reader);
  reader.at += match[0].length;
  const members = match[0].slice(0, -1);
  const only = /^([^\\^\]])(\1?)$/i.exec(members)?.[1] ?? /^\\([^\w\s])$/.exec(members)?.[1];
  return only === undefined ? UNKNOWN : { char: only };
}

function readEscape(reader: Reader): Element {
  const char = reader.pattern.charAt(reader.at++);
  if (/^[^\w\s]$/.test(char)) return { char };
  if (/^[dDsSwWbBAz]$/.test(char)) return UNKNOWN;
  return giveUp(reader);
}

/** Least repetitions of the element before: undefined without a quantifier. */
function readQuantifier(reader: Reader): number | undefined {
  const match = /^(?:([*?])|(\+)|\{(\d+)(?:,\d*)?\})\??/.exec(reader.pattern.slice(reader.at, reader.at + 16));
  if (match === null) return undefined;
  reader.at += match[0].length;
  if (match[1] !== undefined) return 0;
  return match[2] === undefined ? Number(match[3]) : 1;
}

/** Leaves the rest unread, which makes the whole answer "nothing is needed". */
function giveUp(reader: Reader): Element {
  reader.depth = MAX_DEPTH;
  reader.at = reader.pattern.length + 1;
  return UNKNOWN;
}
