import { crc32, deflateRawSync } from "node:zlib";

/** An entry as it shall be written, honest or not. */
export type ZipEntry = {
  /** As bytes: in an encoding that the headers do not tell. */
  readonly name: string | Buffer;
  readonly text?: string | Buffer;
  /** What the headers say the size is, when that is a lie. */
  readonly saidBytes?: number;
  readonly isEncrypted?: boolean;
  /** Unix mode, such as 0o120777 of a symbolic link. */
  readonly mode?: number;
  readonly hasWrongChecksum?: boolean;
};

/** Writes a .zip (APPNOTE 6.3: local headers, central directory, end record), for tests: also ones that no honest program writes. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const content = Buffer.from(entry.text ?? "");
    const packed = deflateRawSync(content);
    const name = typeof entry.name === "string" ? Buffer.from(entry.name) : entry.name;
    const isUtf8 = typeof entry.name === "string";
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE((isUtf8 ? 0x800 : 0) | (entry.isEncrypted ? 1 : 0), 2);
    facts.writeUInt16LE(8, 4);
    facts.writeUInt32LE((crc32(content) ^ (entry.hasWrongChecksum ? 1 : 0)) >>> 0, 10);
    facts.writeUInt32LE(packed.length, 14);
    facts.writeUInt32LE(entry.saidBytes ?? content.length, 18);
    facts.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), facts, name, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 6);
    rest.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02"), Buffer.from([20, 3]), facts, rest, name]));
    parts.push(local);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, central, Buffer.from("PK\x05\x06"), end]);
}
