const ESC = 0x1b;
const [AT, B, I, J, PAREN, DOLLAR] = [0x40, 0x42, 0x49, 0x4a, 0x28, 0x24];
type Set = "ascii" | "kana" | "kanji";

/**
 * Whether 7-bit bytes are ISO-2022-JP (RFC 1468, with the half-width kana of CP50221): every escape switches to one of its character
 * sets, Japanese is there, and it is made of assigned rows. A line may end before it switches back.
 */
export function isIso2022Jp(bytes: Uint8Array): boolean {
  let set: Set = "ascii";
  let isJapanese = false;
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    if (byte > 0x7f) return false;
    if (byte === ESC) {
      const next = designated(bytes, at);
      if (next === undefined) return false;
      set = next;
      at += 3;
    } else if (set === "ascii") at += 1;
    else if (set === "kana") {
      if (byte < 0x21 || byte > 0x5f) return false;
      isJapanese = true;
      at += 1;
    } else {
      if (!isPair(byte, bytes[at + 1])) return at + 1 === bytes.length && isJapanese;
      isJapanese = true;
      at += 2;
    }
  }
  return isJapanese;
}

function designated(bytes: Uint8Array, at: number): Set | undefined {
  const [kind, final] = [bytes[at + 1], bytes[at + 2]];
  if (kind === DOLLAR) return final === AT || final === B ? "kanji" : undefined;
  if (kind !== PAREN) return undefined;
  return final === I ? "kana" : final === B || final === J ? "ascii" : undefined;
}

/** Rows 1–8 and 13, levels 1 and 2, and IBM's characters in NEC's places. */
function isPair(first: number, second: number | undefined): boolean {
  if (second === undefined || second < 0x21 || second > 0x7e) return false;
  const row = first - 0x20;
  return (row >= 1 && row <= 8) || row === 13 || (row >= 16 && row <= 84) || (row >= 89 && row <= 92);
}
