/** Writes datagrams of flow protocols for tests, from the standards' own drawings. Numbers are big-endian. */
const u8 = (value: number): Buffer => Buffer.from([value]);
export const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
export const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
export const ip4 = (text: string): Buffer => Buffer.from(text.split(".").map(Number));
export const text = (value: string): Buffer => Buffer.concat([u8(Buffer.byteLength(value)), Buffer.from(value)]);
const join = Buffer.concat;

export const EXPORT_SECONDS = 1_764_000_000;

/** A v5 record: 192.0.2.1:1025 → 198.51.100.2:443, TCP, 3 packets, 1,500 bytes, at uptimes first and last (ms). */
export const v5Record = (first: number, last: number): Buffer =>
  join([
    ...[
      ip4("192.0.2.1"),
      ip4("198.51.100.2"),
      ip4("0.0.0.0"),
      u16(1),
      u16(2),
      u32(3),
      u32(1500),
      u32(first),
      u32(last),
    ],
    ...[u16(1025), u16(443), Buffer.from([0, 0x1b, 6, 0]), u16(0), u16(0), Buffer.from([24, 24, 0, 0])],
  ]);

type V5 = { count?: number; upTimeMs?: number; sampling?: number };
export const v5 = (records: readonly Buffer[], { count = records.length, upTimeMs = 60_000, sampling = 0 }: V5 = {}) =>
  join([
    ...[u16(5), u16(count), u32(upTimeMs), u32(EXPORT_SECONDS), u32(123_000_000), u32(0), u16(0x0102)],
    ...[u16(sampling), ...records],
  ]);

export const set = (id: number, ...parts: readonly Buffer[]): Buffer => {
  const body = join(parts);
  return join([u16(id), u16(body.length + 4), body]);
};
/** [element, length] or [element, length, enterprise]. */
type FieldSpec = readonly [id: number, length: number, enterprise?: number];
const fields = (specs: readonly FieldSpec[]): Buffer[] =>
  specs.map(([id, length, enterprise]) =>
    enterprise === undefined ? join([u16(id), u16(length)]) : join([u16(id | 0x8000), u16(length), u32(enterprise)]),
  );
export const template = (id: number, specs: readonly FieldSpec[]): Buffer =>
  join([u16(id), u16(specs.length), ...fields(specs)]);
export const v9Options = (id: number, scopes: readonly FieldSpec[], options: readonly FieldSpec[]): Buffer =>
  join([u16(id), u16(scopes.length * 4), u16(options.length * 4), ...fields([...scopes, ...options])]);
export const ipfixOptions = (id: number, scopes: number, specs: readonly FieldSpec[]): Buffer =>
  join([u16(id), u16(specs.length), u16(scopes), ...fields(specs)]);

export const v9 = (sets: readonly Buffer[], domain = 7, upTimeMs = 60_000): Buffer =>
  join([u16(9), u16(sets.length), u32(upTimeMs), u32(EXPORT_SECONDS), u32(1), u32(domain), ...sets]);
export const ipfix = (sets: readonly Buffer[], domain = 7): Buffer => {
  const body = join([...sets]);
  return join([u16(10), u16(body.length + 16), u32(EXPORT_SECONDS), u32(1), u32(domain), body]);
};

const block = (type: number, ...parts: readonly Buffer[]): Buffer => {
  const body = join(parts);
  return join([u32(type), u32(body.length), body]);
};
/** A UDP packet 192.0.2.1:5353 → 198.51.100.2:53 in VLAN 42. */
export const ETHERNET = join([
  ...[Buffer.from("00005e00530100005e005302", "hex"), u16(0x8100), u16(42), u16(0x0800)],
  ...[Buffer.from([0x45, 0]), u16(60), u32(0), Buffer.from([64, 17]), u16(0), ip4("192.0.2.1"), ip4("198.51.100.2")],
  ...[u16(5353), u16(53), u32(0)],
]);
export const flowSample = (rate: number, packet: Buffer, frameBytes: number): Buffer =>
  block(
    1,
    ...[u32(1), u32(3), u32(rate), u32(0), u32(0), u32(5), u32(6), u32(1)],
    block(1, u32(1), u32(frameBytes), u32(4), u32(packet.length), packet, Buffer.alloc((4 - (packet.length % 4)) % 4)),
  );
export const counterSample = (): Buffer => block(2, u32(1), u32(3), u32(1), block(1, u32(9), u32(6), Buffer.alloc(80)));
export const sflow = (samples: readonly Buffer[], count = samples.length): Buffer =>
  join([u32(5), u32(1), ip4("203.0.113.9"), u32(4), u32(1), u32(60_000), u32(count), ...samples]);
