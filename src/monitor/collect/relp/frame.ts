import type { ByteReader } from "../tcp/byte-reader.ts";
import { ProtocolError } from "../tcp/protocol-error.ts";

/** A RELP frame: `TXNR SP COMMAND SP DATALEN [SP DATA] LF` (relp.html of librelp). */
export type RelpFrame = {
  readonly txnr: number;
  readonly command: string;
  readonly data: Buffer;
  /** There was more, which was thrown away. */
  readonly isCut: boolean;
};

const HEADER = /^(\d{1,9}) ([A-Za-z]{1,32}) (\d{1,9})([ \n])/;
const START_OF_HEADER = /^(?:\d{0,9}|\d{1,9} [A-Za-z]{0,32}|\d{1,9} [A-Za-z]{1,32} \d{0,9})$/;
const MAX_HEADER_BYTES = 54;
const LF = 0x0a;

/** The next frame, its data up to `maxBytes`. Errors: `ProtocolError`, `StreamCut`. */
export async function readRelpFrame(reader: ByteReader, maxBytes: number): Promise<RelpFrame> {
  const { txnr, command, size, isEnded } = await readHeader(reader);
  if (isEnded !== (size === 0)) throw new ProtocolError("A RELP frame's length and its data disagree.");
  const kept = Math.min(size, maxBytes);
  const data = await reader.exactly(kept);
  await reader.skip(size - kept);
  if (!isEnded && (await reader.byte()) !== LF) throw new ProtocolError("A RELP frame does not end with a line feed.");
  return { txnr, command, data, isCut: kept < size };
}

async function readHeader(reader: ByteReader) {
  for (;;) {
    const text = reader.held().toString("latin1", 0, MAX_HEADER_BYTES);
    const [header, txnr, command = "", size, after] = HEADER.exec(text) ?? [];
    if (header !== undefined) {
      await reader.skip(header.length);
      return { txnr: Number(txnr), command: command.toLowerCase(), size: Number(size), isEnded: after === "\n" };
    }
    if (!START_OF_HEADER.test(text)) throw new ProtocolError("This is no RELP frame.");
    await reader.peek(reader.heldBytes() + 1);
  }
}

export function relpFrame(txnr: number, command: string, data = ""): Buffer {
  const size = Buffer.byteLength(data);
  return Buffer.from(`${txnr} ${command} ${size}${size === 0 ? "" : ` ${data}`}\n`);
}
