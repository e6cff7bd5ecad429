/** A network: the address as eight 16-bit groups and how many leading bits count. */
type Network = { readonly groups: readonly number[]; readonly bits: number };

/** Reads `10.0.0.0/8`, `fe80::/10` or a single address; undefined when it is neither. */
export function readNetwork(text: string): Network | undefined {
  const [address = "", length, ...rest] = text.trim().split("/");
  const groups = readAddress(address);
  if (groups === undefined || rest.length > 0) return undefined;
  const widest = address.includes(":") ? 128 : 32;
  if (length === undefined) return { groups, bits: 128 };
  if (!/^\d{1,3}$/.test(length) || Number(length) > widest) return undefined;
  return { groups, bits: Number(length) + 128 - widest };
}

/** Whether an address lies in the network. Text that is no address lies in none. IPv4 and its mapped form are one. */
export function isInNetwork(network: Network, text: string): boolean {
  const groups = readAddress(text);
  if (groups === undefined) return false;
  for (let group = 0, left = network.bits; left > 0; group++, left -= 16) {
    const mask = left >= 16 ? 0xffff : (0xffff << (16 - left)) & 0xffff;
    if (((groups[group] ?? 0) & mask) !== ((network.groups[group] ?? 0) & mask)) return false;
  }
  return true;
}

/** Eight 16-bit groups; IPv4 as `::ffff:a.b.c.d`. A zone (`%eth0`) is left out. Undefined when it is no address. */
export function readAddress(text: string): readonly number[] | undefined {
  const bare = text.trim();
  if (bare.length < 2 || bare.length > 64) return undefined;
  if (!bare.includes(":")) {
    const v4 = readV4(bare);
    return v4 && [0, 0, 0, 0, 0, 0xffff, ...v4];
  }
  return readV6(bare.split("%", 1)[0] ?? "");
}

function readV4(text: string): readonly number[] | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const [a = 256, b = 256, c = 256, d = 256] = match.slice(1).map(Number);
  if (a > 255 || b > 255 || c > 255 || d > 255) return undefined;
  return [(a << 8) | b, (c << 8) | d];
}

function readV6(text: string): readonly number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const isShort = halves.length === 2;
  const head = readGroups(halves[0] ?? "", !isShort);
  const tail = isShort ? readGroups(halves[1] ?? "", true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (isShort ? missing < 1 : missing !== 0) return undefined;
  return [...head, ...new Array<number>(missing).fill(0), ...tail];
}

/** IPv4 may stand for the last two groups of the whole address. */
function readGroups(text: string, mayEndInV4: boolean): readonly number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const words = text.split(":");
  for (const [index, word] of words.entries()) {
    const v4 = mayEndInV4 && index === words.length - 1 && word.includes(".") ? readV4(word) : undefined;
    if (v4 !== undefined) groups.push(...v4);
    else if (/^[0-9a-f]{1,4}$/i.test(word)) groups.push(Number.parseInt(word, 16));
    else return undefined;
  }
  return groups;
}
