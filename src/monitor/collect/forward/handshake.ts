import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { ByteReader } from "../tcp/byte-reader.ts";
import { ProtocolError } from "../tcp/protocol-error.ts";
import { pack, readArrayHead, readText } from "./msgpack.ts";

/** Our name in the greeting. Fluentd refuses a server that has its own host's name, so it is never the machine's. */
const SERVER_NAME = "yagura";
const MAX_TEXT_BYTES = 1_024;

const digest = (...parts: readonly (string | Buffer)[]): string => {
  const hash = createHash("sha512");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
};

type Greeting = {
  readonly reader: ByteReader;
  readonly send: (bytes: Buffer) => void;
  readonly sharedKey: string;
  /** Called before a sender is told that its key is wrong: the answer waits for it. */
  readonly onWrongKey: () => Promise<void>;
};

/**
 * HELO, PING, PONG of the Forward protocol: both sides show that they know the shared key, without saying it. Returns the
 * sender's name for itself, or undefined when it does not know the key (it was told).
 */
export async function greet({ reader, send, sharedKey, onWrongKey }: Greeting): Promise<string | undefined> {
  const nonce = randomBytes(16);
  send(Buffer.concat([Buffer.from([0x92]), pack("HELO"), pack({ nonce, auth: "", keepalive: true })]));
  if ((await readArrayHead(reader)) !== 6) throw new ProtocolError("The answer to HELO is no PING.");
  const texts: Buffer[] = [];
  for (let i = 0; i < 6; i += 1) texts.push(await readText(reader, MAX_TEXT_BYTES));
  const [word = nonce, host = nonce, salt = nonce, given = nonce] = texts;
  if (word.toString("latin1") !== "PING") throw new ProtocolError("The answer to HELO is no PING.");
  const wanted = Buffer.from(digest(salt, host, nonce, sharedKey));
  const isRight = given.length === wanted.length && timingSafeEqual(given, wanted);
  if (!isRight) await onWrongKey();
  const reason = isRight ? "" : "shared_key mismatch";
  const proof = isRight ? digest(salt, SERVER_NAME, nonce, sharedKey) : "";
  send(pack(["PONG", isRight, reason, SERVER_NAME, proof]));
  return isRight ? host.toString("utf8") : undefined;
}
