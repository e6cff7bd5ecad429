type Value = string | number | { readonly [name: string]: Value };

/** A MaxMind DB with one IPv4 network and its record. Source: MaxMind DB File Format Specification 2.0. */
export function mmdb(cidr: string, record: { readonly [name: string]: Value }): Uint8Array {
  const [address = "", length = "32"] = cidr.split("/");
  const bits = Number(length);
  const bytes = address.split(".").map(Number);
  const nothing = bits;
  const tree: number[] = [];
  for (let depth = 0; depth < bits; depth += 1) {
    const bit = ((bytes[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1;
    const next = depth === bits - 1 ? bits + 16 : depth + 1;
    for (const side of [0, 1]) tree.push(...three(side === bit ? next : nothing));
  }
  const metadata = {
    ...{ node_count: bits, record_size: 24, ip_version: 4, database_type: "Test" },
    ...{ binary_format_major_version: 2, binary_format_minor_version: 0, build_epoch: 1 },
  };
  const marker = [0xab, 0xcd, 0xef, ...Buffer.from("MaxMind.com")];
  return Uint8Array.from([...tree, ...new Array(16).fill(0), ...encoded(record), ...marker, ...encoded(metadata)]);
}

const three = (value: number): number[] => [(value >> 16) & 255, (value >> 8) & 255, value & 255];

function encoded(value: Value): number[] {
  if (typeof value === "string") return [(2 << 5) | value.length, ...Buffer.from(value)];
  if (typeof value === "number")
    return [(6 << 5) | 4, value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
  const members = Object.entries(value);
  return [(7 << 5) | members.length, ...members.flatMap(([name, item]) => [...encodedName(name), ...encoded(item)])];
}

/** Lengths from 29 on are told in a byte of their own. */
const encodedName = (name: string): number[] =>
  name.length < 29
    ? [(2 << 5) | name.length, ...Buffer.from(name)]
    : [(2 << 5) | 29, name.length - 29, ...Buffer.from(name)];
