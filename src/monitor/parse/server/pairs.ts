/** Characters of a message that pairs are looked for in: mail servers cut theirs far shorter. */
const MAX_PAIRS_CHARS = 8_192;
const MAX_PAIRS = 64;
const PAIR = /([A-Za-z][\w-]{0,31})=(?:<([^>]{0,1024})>|"([^"]{0,1024})"|([^\s,;]{0,1024}))/g;

/** `name=value`, `name=<value>`, `name="value"`, between commas, semicolons or spaces, from `at` on. The first of a name counts. */
export function pairsOf(text: string, at = 0): Record<string, string> {
  const pairs: Record<string, string> = Object.create(null);
  const part = text.length - at > MAX_PAIRS_CHARS ? text.slice(at, at + MAX_PAIRS_CHARS) : text.slice(at);
  let count = 0;
  for (const [, name = "", angled, quoted, bare] of part.matchAll(PAIR)) {
    if (name in pairs) continue;
    pairs[name] = angled ?? quoted ?? bare ?? "";
    count += 1;
    if (count >= MAX_PAIRS) break;
  }
  return pairs;
}

/** `host[address]`, `host[address]:port`, `[address]:port`, sendmail's `host [address]`: its parts, "" for what is not there. */
export function peerOf(text: string): { name: string; ip: string; port: string } {
  const open = text.indexOf("[");
  const close = text.indexOf("]", open);
  if (open < 0 || close < 0) return { name: text, ip: "", port: "" };
  const port = /^:(\d{1,5})\b/.exec(text.slice(close + 1, close + 8))?.[1] ?? "";
  return { name: text.slice(0, open).trim(), ip: text.slice(open + 1, close).replace(/^IPv6:/, ""), port };
}
