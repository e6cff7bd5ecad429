import { promisify } from "node:util";
import { deflate } from "node:zlib";
import type { Batch, Protocol, Settle } from "./acknowledged.ts";
import { type Peer, strange } from "./peer.ts";

const ACK_BYTES = 6;
const compress = promisify(deflate);

/** Lumberjack 2 as Beats speak it to Logstash: a window of JSON events in one compressed frame, answered by sequence number. */
export const LUMBERJACK: Protocol = {
  name: "Lumberjack",
  open: async (peer) => ({ deliver: (batch, settle) => deliver(peer, batch, settle) }),
};

async function deliver(peer: Peer, { lines }: Batch, settle: Settle): Promise<void> {
  const events = lines.flatMap(({ bytes }, n) => [frame("J", n + 1, bytes.length), bytes]);
  const packed = await compress(Buffer.concat(events));
  await peer.write(Buffer.concat([frame("W", lines.length), frame("C", packed.length), packed]));
  for (let acknowledged = 0; acknowledged < lines.length; ) {
    const upTo = await peer.read(readAck);
    // 0, or the same number again: "I am still at it".
    if (upTo > lines.length) throw strange(`Lumberjack acknowledged ${upTo} of ${lines.length}`);
    for (; acknowledged < upTo; acknowledged += 1) settle(acknowledged, true);
  }
}

function readAck(held: Buffer): { value: number; bytes: number } | undefined {
  const kind = held.subarray(0, 2).toString("latin1");
  if (!"2A".startsWith(kind)) throw strange("this is no Lumberjack acknowledgement");
  return held.length < ACK_BYTES ? undefined : { value: held.readUInt32BE(2), bytes: ACK_BYTES };
}

function frame(kind: string, ...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 + 4 * numbers.length);
  bytes.write(`2${kind}`, "latin1");
  for (const [i, number] of numbers.entries()) bytes.writeUInt32BE(number, 2 + 4 * i);
  return bytes;
}
