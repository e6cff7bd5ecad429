import { FLOW_FIELDS } from "../devices/flows.ts";
import type { FlowTransport } from "../event.ts";
import { type Delivered, type Line, nothingDelivered, type Sender } from "./sender.ts";
import { UdpSender } from "./syslog-udp.ts";

/** So that a datagram stays within an Ethernet frame. */
const RECORDS_PER_DATAGRAM = 20;
/** Templates go by UDP too and can be lost: they are told again and again (RFC 7011 §8.4). */
const TEMPLATE_EVERY = 20;
const TEMPLATE_ID = 256;
const DOMAIN = 1;

/** Flow records in datagrams of NetFlow v9 (RFC 3954) or IPFIX (RFC 7011). Nobody says whether they arrived. */
export class FlowSender implements Sender {
  readonly delivered: Delivered = nothingDelivered();
  readonly #protocol: FlowTransport;
  readonly #udp: UdpSender;
  readonly #startedMs: number;
  #records: Buffer[] = [];
  #datagrams = 0;
  #exported = 0;
  #atMs = 0;

  constructor(protocol: FlowTransport, to: { host: string; port: number }, nowMs = Date.now()) {
    this.#protocol = protocol;
    this.#udp = new UdpSender(to);
    this.#startedMs = nowMs;
  }

  async send({ atMs, bytes }: Line): Promise<void> {
    this.#records.push(bytes);
    this.#atMs = Math.max(atMs, this.#startedMs);
    if (this.#records.length >= RECORDS_PER_DATAGRAM) await this.flush();
  }

  async flush(): Promise<void> {
    const records = this.#records;
    if (records.length === 0) return;
    this.#records = [];
    const hasTemplate = this.#datagrams % TEMPLATE_EVERY === 0;
    const data = set(TEMPLATE_ID, Buffer.concat(records));
    const isIpfix = this.#protocol === "ipfix";
    const sets = hasTemplate ? [set(isIpfix ? 2 : 0, TEMPLATE), data] : [data];
    // v9 counts sets' records, the template among them; its sequence counts datagrams, IPFIX's counts data records.
    const count = records.length + (hasTemplate ? 1 : 0);
    const datagram = isIpfix ? this.#ipfix(sets) : this.#netflow9(sets, count);
    this.#datagrams += 1;
    this.#exported += records.length;
    await this.#udp.send(datagram, () => {
      this.delivered.sent += records.length;
      this.delivered.bytes += datagram.length;
    });
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#udp.close();
  }

  #netflow9(sets: readonly Buffer[], count: number): Buffer {
    const seconds = Math.floor(this.#atMs / 1000);
    const head = numbers(
      [9, 2],
      [count, 2],
      [this.#atMs - this.#startedMs, 4],
      [seconds, 4],
      [this.#datagrams, 4],
      [DOMAIN, 4],
    );
    return Buffer.concat([head, ...sets]);
  }

  #ipfix(sets: readonly Buffer[]): Buffer {
    const body = Buffer.concat(sets);
    const seconds = Math.floor(this.#atMs / 1000);
    return Buffer.concat([
      numbers([10, 2], [body.length + 16, 2], [seconds, 4], [this.#exported, 4], [DOMAIN, 4]),
      body,
    ]);
  }
}

/** Pairs of value and octets, big-endian; a value larger than its octets goes round. */
function numbers(...pairs: readonly (readonly [value: number, octets: number])[]): Buffer {
  return Buffer.concat(
    pairs.map(([value, octets]) => {
      const bytes = Buffer.alloc(octets);
      bytes.writeUIntBE(value % 2 ** (8 * octets), 0, octets);
      return bytes;
    }),
  );
}

/** Padded to four octets, as both standards wish. */
function set(id: number, body: Buffer): Buffer {
  const padding = Buffer.alloc((4 - (body.length % 4)) % 4);
  return Buffer.concat([numbers([id, 2], [4 + body.length + padding.length, 2]), body, padding]);
}

const TEMPLATE = numbers(
  [TEMPLATE_ID, 2],
  [FLOW_FIELDS.length, 2],
  ...FLOW_FIELDS.flatMap(([element, octets]) => [[element, 2] as const, [octets, 2] as const]),
);
