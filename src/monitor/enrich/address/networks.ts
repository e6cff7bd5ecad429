import { readAddress } from "../../../kernel/address.ts";

/** A network that people have declared. `unitIds`: the units whose events it is looked up for, "any" = all. */
export type DeclaredNetwork = {
  readonly cidr: string;
  readonly name: string;
  readonly unitId: string;
  readonly unitIds: "any" | readonly string[];
};

/** The networks of one unit, by prefix length, longest first. */
type Level = { readonly bits: number; readonly nameByPrefix: ReadonlyMap<string, string> };
type UnitNetworks = { readonly levels: readonly Level[]; readonly reach: number };

/**
 * Finds the declared network of an address as a unit sees it. Private addresses repeat from company to company, so only networks of the
 * event's own unit and of the units above it count: the nearest unit's first, and of one unit the longest prefix.
 */
export class Networks {
  readonly #byUnit = new Map<string, readonly UnitNetworks[]>();
  readonly #declared: readonly DeclaredNetwork[];

  constructor(declared: readonly DeclaredNetwork[]) {
    this.#declared = declared;
  }

  /** "" when no network of the unit holds the address. */
  nameOf(unitId: string, address: readonly number[]): string {
    for (const { levels } of this.#of(unitId)) {
      for (const { bits, nameByPrefix } of levels) {
        const name = nameByPrefix.get(prefixOf(address, bits));
        if (name !== undefined) return name;
      }
    }
    return "";
  }

  #of(unitId: string): readonly UnitNetworks[] {
    const known = this.#byUnit.get(unitId);
    if (known !== undefined) return known;
    const seen = this.#declared.filter(({ unitIds }) => unitIds === "any" || unitIds.includes(unitId));
    const made = [...Map.groupBy(seen, (network) => network.unitId).values()]
      .map((own) => ({ levels: levelsOf(own), reach: reachOf(own) }))
      .sort((a, b) => a.reach - b.reach);
    this.#byUnit.set(unitId, made);
    return made;
  }
}

/** Of two units above one another the lower one has fewer below it. */
const reachOf = ([first]: readonly DeclaredNetwork[]): number =>
  first === undefined || first.unitIds === "any" ? Number.POSITIVE_INFINITY : first.unitIds.length;

function levelsOf(networks: readonly DeclaredNetwork[]): Level[] {
  const byBits = new Map<number, Map<string, string>>();
  for (const { cidr, name } of networks) {
    const network = readCidr(cidr);
    if (network === undefined) continue;
    const level = byBits.get(network.bits) ?? new Map<string, string>();
    level.set(prefixOf(network.bytes, network.bits), name);
    byBits.set(network.bits, level);
  }
  return [...byBits].sort(([a], [b]) => b - a).map(([bits, nameByPrefix]) => ({ bits, nameByPrefix }));
}

export type Cidr = { readonly bytes: readonly number[]; readonly bits: number };

/** `10.0.0.0/8`, `2001:db8::/32`; an address alone is a network of one. Undefined for anything else. */
export function readCidr(text: string): Cidr | undefined {
  const [place = "", length, ...rest] = text.split("/");
  const address = readAddress(place);
  if (address === undefined || rest.length > 0) return undefined;
  const bytes = address.toByteArray();
  if (length === undefined) return { bytes, bits: bytes.length * 8 };
  const bits = /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  return bits <= bytes.length * 8 ? { bytes, bits } : undefined;
}

/** The network's own spelling: host bits cleared, IPv6 compressed. Undefined when the text is no network. */
export function canonicalCidr(text: string): string | undefined {
  const cidr = readCidr(text);
  if (cidr === undefined) return undefined;
  const bytes = cidr.bytes.map((byte, at) => byte & maskAt(cidr.bits, at));
  const address =
    bytes.length === 4
      ? bytes.join(".")
      : readAddress(Array.from({ length: 8 }, (_, i) => groupAt(bytes, i)).join(":"))?.toString();
  return address === undefined ? undefined : `${address}/${cidr.bits}`;
}

const groupAt = (bytes: readonly number[], i: number): string =>
  (((bytes[i * 2] ?? 0) << 8) | (bytes[i * 2 + 1] ?? 0)).toString(16);

const maskAt = (bits: number, at: number): number => {
  const here = Math.min(8, Math.max(0, bits - at * 8));
  return (0xff << (8 - here)) & 0xff;
};

/** The first bits as a key; the length of the address is part of it, so that IPv4 and IPv6 never meet. */
function prefixOf(bytes: readonly number[], bits: number): string {
  if (bits > bytes.length * 8) return "";
  let key = bytes.length === 4 ? "4" : "6";
  const whole = Math.ceil(bits / 8);
  for (let at = 0; at < whole; at += 1) key += String.fromCharCode((bytes[at] ?? 0) & maskAt(bits, at));
  return key;
}
