const MAX_PARAMS = 256;

export type StructuredData = { readonly params: readonly (readonly [string, string])[]; readonly end: number };

/**
 * RFC 5424 §6.3: `-` or `[id name="value" …][…]`, where `\"`, `\\` and `\]` are escapes in a value.
 * Params come back as `sd.<id>.<name>`. Broken data ends where it breaks; the rest is message.
 */
export function readStructuredData(text: string, at: number): StructuredData {
  if (text.charCodeAt(at) === 45) return { params: [], end: at + 1 };
  const params: (readonly [string, string])[] = [];
  let i = at;
  while (text.charCodeAt(i) === 91) {
    const element = readElement(text, i, params);
    if (element < 0) break;
    i = element;
  }
  return { params, end: i };
}

/** Reads one `[…]` and returns where it ends, or -1. */
function readElement(text: string, at: number, params: (readonly [string, string])[]): number {
  let i = at + 1;
  while (i < text.length && !isEnd(text.charCodeAt(i))) i += 1;
  const id = text.slice(at + 1, i);
  if (id === "" || id.length > 128) return -1;
  while (text.charCodeAt(i) === 32) {
    const equals = text.indexOf('="', i);
    if (equals < 0 || equals - i > 256) return -1;
    const name = text.slice(i + 1, equals);
    let end = equals + 2;
    let hasEscape = false;
    for (; end < text.length; end += 1) {
      const c = text.charCodeAt(end);
      if (c === 92) {
        hasEscape = true;
        end += 1;
      } else if (c === 34) break;
    }
    if (end >= text.length) return -1;
    const value = text.slice(equals + 2, end);
    if (params.length < MAX_PARAMS)
      params.push([`sd.${id}.${name}`, hasEscape ? value.replaceAll(/\\(["\\\]])/g, "$1") : value]);
    i = end + 1;
  }
  return text.charCodeAt(i) === 93 ? i + 1 : -1;
}

const isEnd = (c: number): boolean => c === 32 || c === 93 || c === 61 || c === 34;
