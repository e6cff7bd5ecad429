import { type Entry, Flows, idOf } from "./flows.ts";
import type { Packet } from "./packet.ts";
import { type Said, saidBy } from "./protocols.ts";

const MAX_OPEN = 50_000;
/** Both sides of ssh speak unasked: the first of them waits for the other. */
const WAITS = new Set(["ssh"]);

type Open = { readonly entry: Entry; readonly ts: number };

/**
 * Packets → entries in the shape of Zeek's logs: one for a question and its answer, one for a conversation. Bounded: questions that
 * wait longest for their answers are told without one.
 */
export class Entries {
  readonly #flows = new Flows();
  readonly #open = new Map<string, Open>();

  *see(packet: Packet): Generator<Entry> {
    const { uid, ends, over } = this.#flows.see(packet);
    yield* over;
    for (const said of saidBy(packet)) {
      this.#flows.name(packet.stream, said.service);
      yield* this.#hear(said, { ts: packet.ts, uid, ...idOf(ends) });
    }
  }

  *end(): Generator<Entry> {
    for (const { entry } of this.#open.values()) yield entry;
    this.#open.clear();
    yield* this.#flows.end();
  }

  *#hear({ key, kind, entry, service }: Said, head: Entry): Generator<Entry> {
    const whole = { ...head, ...entry };
    if (kind === "alone") {
      yield whole;
      return;
    }
    const asked = this.#open.get(key);
    if (kind === "answer" && (asked !== undefined || !WAITS.has(service))) {
      this.#open.delete(key);
      yield asked === undefined ? whole : answered(asked, entry, Number(head.ts));
      return;
    }
    // The same question again: a packet that was sent twice, or a new one whose predecessor had no answer.
    if (asked !== undefined) yield asked.entry;
    this.#open.delete(key);
    this.#open.set(key, { entry: whole, ts: Number(head.ts) });
    if (this.#open.size <= MAX_OPEN) return;
    const [oldest] = this.#open;
    if (oldest === undefined) return;
    this.#open.delete(oldest[0]);
    yield oldest[1].entry;
  }
}

function answered(asked: Open, answer: Entry, ts: number): Entry {
  const merged = { ...answer, ...asked.entry };
  // What both name, such as a client and its realm, the answer knows better.
  for (const name of ["answers", "client", "service"]) if (answer[name] !== undefined) merged[name] = answer[name];
  return asked.entry._path === "dns" ? { ...merged, rtt: Math.round(Math.max(0, ts - asked.ts) * 1e6) / 1e6 } : merged;
}
