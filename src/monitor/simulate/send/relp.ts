import { AppError } from "../../../kernel/errors.ts";
import type { Batch, Conversation, Protocol, Settle } from "./acknowledged.ts";
import { type Parsed, type Peer, strange } from "./peer.ts";

const OFFER = "relp_version=0\nrelp_software=yagura-simulate\ncommands=syslog";
const HEAD = /^(\d{1,9}) ([a-z]{1,32}) (\d{1,9})([ \n])/;
const MAX_HEAD_BYTES = 64;

/** RELP as rsyslog's omrelp speaks it: every message has a number and an answer of its own. Source: librelp, doc/relp.html. */
export const RELP: Protocol = {
  name: "RELP",
  open: async (peer) => {
    await peer.write(frame(1, "open", Buffer.from(OFFER)));
    const { number, code } = await response(peer);
    if (number !== 1 || code !== 200) throw strange(`RELP answered open with ${code}`);
    return new RelpConversation(peer);
  },
};

class RelpConversation implements Conversation {
  readonly #peer: Peer;
  #transaction = 1;

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  async deliver({ lines }: Batch, settle: Settle): Promise<void> {
    const first = this.#transaction + 1;
    this.#transaction += lines.length;
    await this.#peer.write(Buffer.concat(lines.map(({ bytes }, n) => frame(first + n, "syslog", bytes))));
    const waiting = new Set(lines.keys());
    while (waiting.size > 0) {
      const { number, code } = await response(this.#peer);
      if (!waiting.delete(number - first)) throw strange(`RELP answered ${number}, which was not asked`);
      settle(number - first, code === 200);
    }
  }

  async leave(): Promise<void> {
    await this.#peer.write(frame(this.#transaction + 1, "close", Buffer.alloc(0)));
    await response(this.#peer);
  }
}

const frame = (number: number, command: string, data: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`${number} ${command} ${data.length}${data.length > 0 ? " " : ""}`),
    data,
    Buffer.from("\n"),
  ]);

type Response = { readonly number: number; readonly code: number };

/** An answer to close carries no code: 0. */
function response(peer: Peer): Promise<Response> {
  return peer.read((held): Parsed<Response> | undefined => {
    const head = HEAD.exec(held.subarray(0, MAX_HEAD_BYTES).toString("latin1"));
    if (head === null) {
      if (held.length >= MAX_HEAD_BYTES || /[^\d a-z]/.test(held.toString("latin1"))) throw strange("this is no RELP");
      return undefined;
    }
    const [{ length } = "", number, command, size, mark] = head;
    const bytes = length + (mark === " " ? Number(size) + 1 : 0);
    if (command === "serverclose") throw new AppError("unavailable", "The RELP server closes.");
    if (command !== "rsp" || (mark === "\n" && Number(size) !== 0)) throw strange(`RELP said ${command}`);
    if (held.length < bytes) return undefined;
    if (held[bytes - 1] !== 0x0a) throw strange("a RELP frame without its end");
    const code = Number.parseInt(held.subarray(length, length + 3).toString("latin1"), 10);
    return { value: { number: Number(number), code: mark === " " ? code : 0 }, bytes };
  });
}
