/**
 * Moves the times inside prepared log lines to the moment they are sent, byte by byte. A line that says it is from last month is late
 * data: windows of correlations are turned back for it, and a day's partition is opened for it, which a live sender never asks for.
 */
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** What is written over a time found in a body: always as long as what stood there. */
type Stamp = { readonly at: number; readonly key: string };
type Writer = (local: Date, length: number) => string;

const withT: Writer = (local, length) => local.toISOString().slice(0, length < 23 ? 19 : 23);
const two = (value: number): string => String(value).padStart(2, "0");
const month = (local: Date): string => MONTHS[local.getUTCMonth()] ?? "";

/** `zone`: the group that holds the offset from UTC, if the form has one. Without it the time is read as UTC. */
const FORMS: Readonly<Record<string, { readonly find: RegExp; readonly zone?: number; readonly write: Writer }>> = {
  iso: {
    find: /\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?(Z|[+-]\d\d:?\d\d)?/g,
    zone: 1,
    write: withT,
  },
  spaced: {
    find: /\b20\d\d-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{3})?/g,
    write: (local, length) => withT(local, length).replace("T", " "),
  },
  fortigate: {
    find: /\bdate=20\d\d-\d\d-\d\d time=\d\d:\d\d:\d\d(?=.{0,200}?tz=\\?"([+-]\d{4}))/g,
    zone: 1,
    write: (local) => {
      const text = local.toISOString();
      return `date=${text.slice(0, 10)} time=${text.slice(11, 19)}`;
    },
  },
  clf: {
    find: /\b\d\d\/[A-Z][a-z]{2}\/20\d\d:\d\d:\d\d:\d\d (?:([+-]\d{4}))/g,
    zone: 1,
    write: (local) =>
      `${two(local.getUTCDate())}/${month(local)}/${local.getUTCFullYear()}:${local.toISOString().slice(11, 19)} `,
  },
  syslog: {
    find: /(?<=>)[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d/g,
    write: (local) => `${month(local)} ${String(local.getUTCDate()).padStart(2)} ${local.toISOString().slice(11, 19)}`,
  },
  epoch: {
    find: /(?<=\brt=)\d{13}|(?<=\beventtime=)\d{13}|(?<=: )\d{10}(?=\.\d{3} )/g,
    write: (local, length) => String(local.getTime()).slice(0, length),
  },
};

/** One body of `_bulk` and where its times stand. */
export class StampedBody {
  readonly bytes: Buffer;
  readonly #stamps: Stamp[] = [];
  readonly #writers = new Map<string, { readonly write: Writer; readonly offsetMs: number; readonly length: number }>();

  constructor(text: string) {
    this.bytes = Buffer.from(text);
    // Offsets of characters are offsets of bytes only in Latin-1.
    const characters = this.bytes.toString("latin1");
    for (const [name, { find, zone, write }] of Object.entries(FORMS)) {
      for (const found of characters.matchAll(find)) {
        const offset = zone === undefined ? undefined : found[zone];
        const key = `${name} ${offset} ${found[0].length}`;
        this.#stamps.push({ at: found.index, key });
        this.#writers.set(key, { write, offsetMs: offsetOf(offset), length: found[0].length });
      }
    }
  }

  /** The body as if its events happened now. The next call writes over it. */
  at(now: number): Buffer {
    const texts = new Map<string, Buffer>();
    for (const [key, { write, offsetMs, length }] of this.#writers)
      texts.set(key, Buffer.from(write(new Date(now + offsetMs), length), "latin1"));
    for (const { at, key } of this.#stamps) texts.get(key)?.copy(this.bytes, at);
    return this.bytes;
  }
}

function offsetOf(zone: string | undefined): number {
  const parts = zone === undefined ? null : /([+-])(\d\d):?(\d\d)/.exec(zone);
  if (!parts) return 0;
  return (parts[1] === "-" ? -1 : 1) * (Number(parts[2]) * 60 + Number(parts[3])) * 60_000;
}
