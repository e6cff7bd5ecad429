import { createHash, randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { AppError } from "../../../kernel/errors.ts";
import type { Batch, Protocol, Settle } from "./acknowledged.ts";
import { decode, encode, eventTime, type Said } from "./msgpack.ts";
import { type Peer, strange } from "./peer.ts";
import type { Line } from "./sender.ts";

const TAG = "yagura.simulate";
const compress = promisify(gzip);

/** Fluentd's Forward protocol: chunks packed and compressed, each answered by its id. `sharedKey`: with the handshake. */
export const forwardProtocol = (sharedKey?: string): Protocol => ({
  name: "Forward",
  open: async (peer) => {
    if (sharedKey !== undefined) await greet(peer, sharedKey);
    return { deliver: (batch, settle) => deliver(peer, batch, settle) };
  },
});

async function deliver(peer: Peer, { id, lines }: Batch, settle: Settle): Promise<void> {
  const entries = await compress(Buffer.concat(lines.map(entry)));
  const option = { chunk: id, size: lines.length, compressed: "gzip" };
  await peer.write(encode([TAG, entries, option]));
  const [name, chunk] = await answer(peer);
  if (textOf(name) !== "ack" || textOf(chunk) !== id) throw strange("an acknowledgement of another chunk");
  for (const index of lines.keys()) settle(index, true);
}

const entry = ({ atMs, bytes }: Line): Buffer =>
  Buffer.concat([Buffer.from([0x92]), eventTime(atMs), encode(JSON.parse(bytes.toString("utf8")))]);

/** HELO with a nonce, PING with our proof of the key, PONG with theirs. */
async function greet(peer: Peer, key: string): Promise<void> {
  const [helo, options] = await answer(peer);
  const nonce = Array.isArray(options) ? options[options.findIndex((item) => textOf(item) === "nonce") + 1] : undefined;
  if (textOf(helo) !== "HELO" || !Buffer.isBuffer(nonce)) throw strange("no HELO of the Forward protocol");
  const [salt, host] = [randomBytes(16).toString("hex"), hostname()];
  const proof = (name: string): string =>
    createHash("sha512").update(salt).update(name).update(nonce).update(key).digest("hex");
  await peer.write(encode(["PING", host, salt, proof(host), "", ""]));
  const [pong, isWelcome, , server, theirs] = await answer(peer);
  if (textOf(pong) !== "PONG") throw strange("no PONG of the Forward protocol");
  if (isWelcome !== true) throw new AppError("unauthenticated", "The Forward receiver does not take the shared key.");
  if (textOf(theirs) !== proof(textOf(server)))
    throw new AppError("unauthenticated", "The Forward receiver does not know the shared key.");
}

const textOf = (said: Said | undefined): string => (Buffer.isBuffer(said) ? said.toString("utf8") : "");

function answer(peer: Peer): Promise<readonly Said[]> {
  return peer.read((held) => {
    const read = decode(held);
    if (read === undefined) return undefined;
    if (typeof read.value === "boolean" || Buffer.isBuffer(read.value))
      throw strange("no answer of the Forward protocol");
    return { value: read.value, bytes: read.end };
  });
}
