import { MAX_DEFINE_DEPTH, MAX_PATTERN_CHARS, MAX_PIECES } from "./bounds.ts";
import { Fault, type Path } from "./problem.ts";
import { TAKES, type Take } from "./takes.ts";

/** A value that a pattern found. `as`: kept as a number. */
type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "take"; readonly take: Take; readonly name: string; readonly isNumber: boolean };

type Found = (name: string, value: string | number) => void;
export type Grok = {
  /** The longest text that must stand in every message that the pattern fits; "" when there is none. */
  readonly literal: string;
  /** Reads a whole message. False, and nothing is told, when the pattern does not fit from its start to its end. */
  readonly read: (message: string, found: Found) => boolean;
};

export const FIELD_NAME = /^[\p{L}_@][\p{L}\p{N}_.@-]{0,99}$/u;

/**
 * Compiles `%{KIND:field}` between plain texts. No regular expressions: what stands between is meant as it is (`\` before a sign of
 * punctuation is passed over, so that patterns of other products can be pasted). Errors: Fault.
 */
export function compileGrok(pattern: string, defined: ReadonlyMap<string, string>, path: Path): Grok {
  const pieces = joined(piecesOf(pattern, { defined, path, depth: 0 }));
  if (pieces.length > MAX_PIECES) throw new Fault(path, `The pattern has more than ${MAX_PIECES} pieces.`);
  const literal = pieces.reduce(
    (best, piece) => (piece.kind === "text" && piece.text.length > best.length ? piece.text : best),
    "",
  );
  return { literal, read: (message, found) => readWhole(pieces, message, found) };
}

type Scope = { readonly defined: ReadonlyMap<string, string>; readonly path: Path; readonly depth: number };

const PART = /%\{([^}]*)\}/g;
const INSIDE = /^([A-Z][A-Z0-9_]*)(?::([^:]*))?(?::(int|float|long|string))?$/;

function piecesOf(pattern: string, scope: Scope): Piece[] {
  if (pattern.length > MAX_PATTERN_CHARS)
    throw new Fault(scope.path, `A pattern is longer than ${MAX_PATTERN_CHARS} characters.`);
  if (scope.depth > MAX_DEFINE_DEPTH) throw new Fault(scope.path, "Patterns that are defined by each other never end.");
  const pieces: Piece[] = [];
  let after = 0;
  for (const part of pattern.matchAll(PART)) {
    pieces.push(textPiece(pattern.slice(after, part.index), scope.path));
    pieces.push(...partOf(part[1] ?? "", scope));
    if (pieces.length > MAX_PIECES * 2) throw new Fault(scope.path, `The pattern has more than ${MAX_PIECES} pieces.`);
    after = part.index + part[0].length;
  }
  pieces.push(textPiece(pattern.slice(after), scope.path));
  return pieces;
}

function textPiece(text: string, path: Path): Piece {
  if (text.includes("%{")) throw new Fault(path, `"%{" is not closed by "}" in the pattern.`);
  return { kind: "text", text: text.replaceAll("\\t", "\t").replaceAll(/\\([!-/:-@[-`{-~])/g, "$1") };
}

function partOf(inside: string, scope: Scope): Piece[] {
  const { defined, path, depth } = scope;
  const [, kind = "", name = "", as = ""] = INSIDE.exec(inside) ?? [];
  if (kind === "") throw new Fault(path, `"%{${inside.slice(0, 60)}}" must read %{KIND} or %{KIND:field}.`);
  if (name !== "" && !FIELD_NAME.test(name)) throw new Fault(path, `"${name.slice(0, 60)}" is no name for a field.`);
  const text = defined.get(kind);
  const take = TAKES.get(kind);
  if (text !== undefined) {
    if (name !== "") throw new Fault(path, `${kind} is defined by the document: name the fields inside of it.`);
    return piecesOf(text, { ...scope, depth: depth + 1 });
  }
  if (take === undefined) throw new Fault(path, `There is no pattern named ${kind}. ${near(kind)}`);
  return [{ kind: "take", take, name, isNumber: as === "int" || as === "float" || as === "long" }];
}

const near = (kind: string): string => {
  const like = [...TAKES.keys()].filter((name) => name.startsWith(kind.slice(0, 2)));
  return `There are ${(like.length > 0 ? like : ["WORD", "NOTSPACE", "INT", "IP", "QUOTED", "DATA", "REST"]).join(", ")}.`;
};

/** Texts side by side are one; empty ones are none. */
function joined(pieces: readonly Piece[]): Piece[] {
  const all: Piece[] = [];
  for (const piece of pieces) {
    const last = all.at(-1);
    if (piece.kind === "text" && last?.kind === "text")
      all[all.length - 1] = { kind: "text", text: last.text + piece.text };
    else if (piece.kind !== "text" || piece.text !== "") all.push(piece);
  }
  return all;
}

/** Characters that reading one message may look at, in all: `%{DATA}` tries every place where what follows it begins. */
const workFor = (message: string): number => 10_000 + 64 * message.length;

type Walk = { readonly pieces: readonly Piece[]; readonly text: string; readonly ends: number[]; work: number };

function readWhole(pieces: readonly Piece[], text: string, found: Found): boolean {
  const walk: Walk = { pieces, text, ends: [], work: workFor(text) };
  if (!fits(walk, 0, 0)) return false;
  let at = 0;
  pieces.forEach((piece, index) => {
    const end = walk.ends[index] ?? at;
    if (piece.kind === "take" && piece.name !== "") tell(piece, text.slice(at, end), found);
    at = end;
  });
  return true;
}

function tell({ name, take, isNumber }: Extract<Piece, { kind: "take" }>, value: string, found: Found): void {
  const kept = take.kept === undefined ? value : take.kept(value);
  const number = isNumber && kept !== "" ? Number(kept) : Number.NaN;
  found(name, Number.isFinite(number) ? number : kept);
}

function fits(walk: Walk, from: number, at: number): boolean {
  const { pieces, text, ends } = walk;
  let place = at;
  for (let index = from; index < pieces.length; index += 1) {
    const piece = pieces[index];
    if (piece === undefined || walk.work < 0) return false;
    if (piece.kind === "take" && piece.take.open !== undefined) return openFits(walk, index, place);
    const end = piece.kind === "text" ? textEnd(walk, piece.text, place) : takenEnd(walk, piece.take, { index, place });
    if (end < 0) return false;
    ends[index] = end;
    place = end;
  }
  return place === text.length;
}

const textEnd = (walk: Walk, wanted: string, at: number): number =>
  stands(walk, wanted, at) ? at + wanted.length : -1;

/** The longest value, or one that leaves the pattern's next text standing behind it. */
function takenEnd(walk: Walk, take: Take, { index, place }: { index: number; place: number }): number {
  const { text, pieces } = walk;
  const longest = take.end(text, place);
  walk.work -= longest < 0 ? -longest : longest - place + 1;
  if (longest < 0) return -1;
  const next = pieces[index + 1];
  const wanted = next?.kind === "text" ? next.text : "";
  const isShort = take.mayShrink === true && wanted !== "" && !stands(walk, wanted, longest);
  const end = isShort ? placeBefore(walk, wanted, { from: longest - 1, floor: place + 1 }) : longest;
  if (end < 0) return -1;
  return take.accepts === undefined || take.accepts(text.slice(place, end)) ? end : -1;
}

/** Any text: as short (`DATA`) or as long (`REST`) as what follows allows. */
function openFits(walk: Walk, index: number, at: number): boolean {
  const { text, pieces, ends } = walk;
  const piece = pieces[index];
  const next = pieces[index + 1];
  if (next === undefined) {
    ends[index] = text.length;
    return true;
  }
  const wanted = next.kind === "text" ? next.text : "";
  const isGreedy = piece?.kind === "take" && piece.take.open === "greedy";
  const seek = (from: number): number =>
    isGreedy ? placeBefore(walk, wanted, { from, floor: at }) : placeAfter(walk, wanted, from);
  let end = seek(isGreedy ? text.length : at);
  while (end >= 0 && walk.work >= 0) {
    walk.work -= 4;
    if (fits(walk, index + 1, end)) {
      ends[index] = end;
      return true;
    }
    end = seek(isGreedy ? end - 1 : end + 1);
  }
  return false;
}

/** Does `wanted` stand at `at`? Each character that is compared is work. */
function stands(walk: Walk, wanted: string, at: number): boolean {
  let same = 0;
  while (same < wanted.length && walk.text.charCodeAt(at + same) === wanted.charCodeAt(same)) same += 1;
  walk.work -= same + 1;
  return same === wanted.length;
}

/** The first place from `from` on where `wanted` stands; -1 when there is none, or the work is used up. */
function placeAfter(walk: Walk, wanted: string, from: number): number {
  const { text } = walk;
  if (wanted === "") return from <= text.length ? from : -1;
  for (let at = from; at < text.length && walk.work >= 0; at += 1) {
    const next = text.indexOf(wanted.charAt(0), at);
    walk.work -= (next < 0 ? text.length : next) - at + 1;
    if (next < 0) return -1;
    if (stands(walk, wanted, next)) return next;
    at = next;
  }
  return -1;
}

/** The last place in `[floor, from]` where `wanted` begins; -1 as of `placeAfter`. Nothing before `floor` is looked at. */
function placeBefore(walk: Walk, wanted: string, { from, floor }: { from: number; floor: number }): number {
  if (wanted === "") return from >= floor ? from : -1;
  const within = walk.text.slice(floor, from + 1);
  for (let at = within.length - 1; at >= 0 && walk.work >= 0; at -= 1) {
    const next = within.lastIndexOf(wanted.charAt(0), at);
    walk.work -= at - next + 1;
    if (next < 0) return -1;
    if (stands(walk, wanted, floor + next)) return floor + next;
    at = next;
  }
  return -1;
}
