/** One packet of a test capture. `flags`: TCP's (2 SYN, 16 ACK, 1 FIN, 4 RST); absent = UDP. */
export type TestPacket = {
  readonly from: readonly [ip: string, port: number];
  readonly to: readonly [ip: string, port: number];
  readonly payload?: Buffer | string;
  readonly flags?: number;
  readonly seq?: number;
  readonly ack?: number;
  /** Seconds since 1970. */
  readonly at: number;
};

/** A capture file of Ethernet packets over IPv4 (draft-gharris-opsawg-pcap). Checksums of TCP and UDP are left out, as cards do. */
export function pcapOf(packets: readonly TestPacket[]): Buffer {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(262_144, 16);
  head.writeUInt32LE(1, 20);
  return Buffer.concat([head, ...packets.map(recordOf)]);
}

function recordOf(packet: TestPacket): Buffer {
  const frame = frameOf(packet);
  const head = Buffer.alloc(16);
  head.writeUInt32LE(Math.floor(packet.at), 0);
  head.writeUInt32LE(Math.round((packet.at % 1) * 1e6), 4);
  head.writeUInt32LE(frame.length, 8);
  head.writeUInt32LE(frame.length, 12);
  return Buffer.concat([head, frame]);
}

function frameOf({ from, to, payload = "", flags, seq = 0, ack = 0 }: TestPacket): Buffer {
  const body = Buffer.from(payload as string);
  const transport = flags === undefined ? Buffer.alloc(8) : Buffer.alloc(20);
  transport.writeUInt16BE(from[1], 0);
  transport.writeUInt16BE(to[1], 2);
  if (flags === undefined) transport.writeUInt16BE(8 + body.length, 4);
  else {
    transport.writeUInt32BE(seq, 4);
    transport.writeUInt32BE(ack, 8);
    transport.writeUInt16BE(0x5000 | flags, 12);
    transport.writeUInt16BE(65_535, 14);
  }
  const ip = Buffer.alloc(20);
  ip[0] = 0x45;
  ip.writeUInt16BE(20 + transport.length + body.length, 2);
  ip[8] = 64;
  ip[9] = flags === undefined ? 17 : 6;
  ip.set(from[0].split(".").map(Number), 12);
  ip.set(to[0].split(".").map(Number), 16);
  const ethernet = Buffer.from("0200000000020200000000010800", "hex");
  return Buffer.concat([ethernet, ip, transport, body]);
}

/** A question for a name's address, or the answer to it (RFC 1035 §4). */
export function dnsMessage(
  id: number,
  name: string,
  answer?: { readonly rcode: number; readonly ip?: string },
): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(id, 0);
  head.writeUInt16BE(answer === undefined ? 0x0100 : 0x8180 | answer.rcode, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(answer?.ip === undefined ? 0 : 1, 6);
  const labels = name.split(".").map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  const question = Buffer.concat([...labels, Buffer.from("0000010001", "hex")]);
  const record =
    answer?.ip === undefined ? [] : [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...answer.ip.split(".").map(Number)];
  return Buffer.concat([head, question, Buffer.from(record)]);
}

type Turn = { readonly isClient: boolean; readonly payload: Buffer | string };

/** A whole TCP conversation: handshake, turns, both FINs. */
export function conversation(
  client: TestPacket["from"],
  server: TestPacket["to"],
  turns: readonly Turn[],
  at: number,
): readonly TestPacket[] {
  const next = { client: 1_000, server: 5_000 };
  let clock = at;
  const packet = (isClient: boolean, flags: number, payload: Buffer | string = ""): TestPacket => {
    const [me, other] = isClient ? (["client", "server"] as const) : (["server", "client"] as const);
    const made = {
      ...(isClient ? { from: client, to: server } : { from: server, to: client }),
      ...{ flags, payload, seq: next[me], ack: next[other], at: clock },
    };
    next[me] += Buffer.byteLength(payload as string) + ((flags & 3) === 0 ? 0 : 1);
    clock += 0.01;
    return made;
  };
  return [
    ...[packet(true, 2), packet(false, 18), packet(true, 16)],
    ...turns.map(({ isClient, payload }) => packet(isClient, 24, payload)),
    ...[packet(true, 17), packet(false, 17), packet(true, 16)],
  ];
}
