/**
 * Cuts a TCP stream into syslog messages (RFC 6587). Both framings are found out per message: `LEN SP <PRI>…` is octet
 * counting, everything else ends at LF, or at a NUL that is followed by the start of another message.
 */

export type SyslogFramerOptions = {
  /** A longer message is cut here; the rest of it up to its end is lost and counted. */
  readonly maxBytes: number;
  readonly onMessage: (bytes: Buffer) => void;
  /** A message was cut at `maxBytes`. */
  readonly onCut: () => void;
};

export type SyslogFramer = {
  push(chunk: Buffer): void;
  /** Gives out what waits for its end: the sender closed, or never ends its messages. True when there was something. */
  release(): boolean;
  heldBytes(): number;
  /** The last held byte is a NUL: the end of a message, unless more of it comes. */
  endsWithNul(): boolean;
};

const LF = 0x0a;
const CR = 0x0d;
const NUL = 0x00;
const SPACE = 0x20;
const LESS_THAN = 0x3c;
/** Up to 9,999,999 bytes can be announced. */
const MAX_COUNT_DIGITS = 7;

export function createSyslogFramer(options: SyslogFramerOptions): SyslogFramer {
  return new Framer(options);
}

/** What stands at the start of the held bytes. */
type Head =
  | { readonly kind: "counted"; readonly bodyAt: number; readonly endAt: number }
  | { readonly kind: "line" }
  /** Digits so far: more bytes decide. */
  | { readonly kind: "undecided" };

class Framer implements SyslogFramer {
  readonly #options: SyslogFramerOptions;
  #held: Buffer = Buffer.alloc(0);
  /** Up to here no line end was found, so it need not be searched again. */
  #searchedTo = 0;
  /** The rest of a cut line is being thrown away. */
  #isSkipping = false;
  /** Bytes of a cut counted message that are still to come. */
  #skipBytes = 0;

  constructor(options: SyslogFramerOptions) {
    this.#options = options;
  }

  heldBytes(): number {
    return this.#held.length;
  }

  endsWithNul(): boolean {
    return this.#held.at(-1) === NUL;
  }

  push(chunk: Buffer): void {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    while (this.#held.length > 0 && this.#step());
    // A short rest must not keep a whole network buffer alive.
    if (this.#held.length * 2 < this.#held.buffer.byteLength) this.#held = Buffer.from(this.#held);
  }

  release(): boolean {
    const head = headOf(this.#held);
    const rest = this.#held.subarray(head.kind === "counted" ? head.bodyAt : 0);
    const wasSkipping = this.#isSkipping || this.#skipBytes > 0;
    this.#drop(this.#held.length);
    this.#isSkipping = false;
    this.#skipBytes = 0;
    return !wasSkipping && this.#emit(rest);
  }

  /** Takes one message (or a separator) off the front; false when more bytes are needed. */
  #step(): boolean {
    if (this.#skipBytes > 0) {
      const bytes = Math.min(this.#skipBytes, this.#held.length);
      this.#skipBytes -= bytes;
      return this.#drop(bytes);
    }
    if (!this.#isSkipping && this.#searchedTo === 0) {
      const first = this.#held[0];
      if (first === LF || first === CR || first === NUL) return this.#drop(1);
      const head = headOf(this.#held);
      if (head.kind === "undecided") return false;
      if (head.kind === "counted") return this.#stepCounted(head.bodyAt, head.endAt);
    }
    return this.#stepLine();
  }

  #stepCounted(bodyAt: number, endAt: number): boolean {
    const { maxBytes, onCut } = this.#options;
    if (endAt - bodyAt > maxBytes && this.#held.length >= bodyAt + maxBytes) {
      this.#emit(this.#held.subarray(bodyAt, bodyAt + maxBytes));
      onCut();
      this.#skipBytes = endAt - bodyAt - maxBytes;
      return this.#drop(bodyAt + maxBytes);
    }
    if (this.#held.length < endAt) return false;
    if (isMessageEnd(this.#held, endAt)) {
      this.#emit(this.#held.subarray(bodyAt, endAt));
      return this.#drop(endAt);
    }
    // The count is wrong: what follows is the middle of something. The message ends at its line end instead.
    return this.#drop(bodyAt);
  }

  #stepLine(): boolean {
    const { maxBytes, onCut } = this.#options;
    const end = lineEnd(this.#held, this.#searchedTo);
    if (end !== -1 && (this.#isSkipping || end <= maxBytes)) {
      if (!this.#isSkipping) this.#emit(this.#held.subarray(0, end));
      this.#isSkipping = false;
      return this.#drop(end + 1);
    }
    if (!this.#isSkipping && this.#held.length > maxBytes + 1) {
      this.#emit(this.#held.subarray(0, maxBytes));
      onCut();
      this.#isSkipping = true;
      return this.#drop(maxBytes);
    }
    if (this.#isSkipping) this.#drop(this.#held.length - (this.#held.at(-1) === NUL ? 1 : 0));
    else this.#searchedTo = this.#held.length - (this.#held.at(-1) === NUL ? 1 : 0);
    return false;
  }

  #emit(bytes: Buffer): boolean {
    let end = bytes.length;
    while (end > 0 && (bytes[end - 1] === CR || bytes[end - 1] === LF || bytes[end - 1] === NUL)) end -= 1;
    if (end === 0) return false;
    this.#options.onMessage(bytes.subarray(0, end));
    return true;
  }

  #drop(bytes: number): true {
    this.#held = this.#held.subarray(bytes);
    this.#searchedTo = 0;
    return true;
  }
}

function headOf(bytes: Buffer): Head {
  let at = 0;
  let count = 0;
  while (at < bytes.length && at <= MAX_COUNT_DIGITS && isDigit(bytes[at])) {
    count = count * 10 + ((bytes[at] ?? 0) - 0x30);
    at += 1;
  }
  if (at === 0 || at > MAX_COUNT_DIGITS || bytes[0] === 0x30) return { kind: "line" };
  const [space, lessThan, digit] = bytes.subarray(at, at + 3);
  const isCount =
    (space ?? SPACE) === SPACE && (lessThan ?? LESS_THAN) === LESS_THAN && (digit === undefined || isDigit(digit));
  if (!isCount) return { kind: "line" };
  return digit === undefined ? { kind: "undecided" } : { kind: "counted", bodyAt: at + 1, endAt: at + 1 + count };
}

/** Whether what stands at `at` may follow a message: nothing yet, a separator, or the start of the next message. */
function isMessageEnd(bytes: Buffer, at: number): boolean {
  const byte = bytes[at];
  if (byte === undefined || byte === LF || byte === CR || byte === NUL || byte === LESS_THAN) return true;
  return isDigit(byte) && headOf(bytes.subarray(at, at + MAX_COUNT_DIGITS + 3)).kind !== "line";
}

/** Where the line ends: at LF, or at a NUL before the start of a message. -1 when that is not known yet. */
function lineEnd(bytes: Buffer, from: number): number {
  const lf = bytes.indexOf(LF, from);
  const stop = lf === -1 ? bytes.length : lf;
  for (let nul = bytes.indexOf(NUL, from); nul !== -1 && nul < stop; nul = bytes.indexOf(NUL, nul + 1)) {
    if (nul + 1 < bytes.length && isMessageEnd(bytes, nul + 1)) return nul;
  }
  return lf;
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
