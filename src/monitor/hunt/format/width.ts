/** Characters that a terminal shows two columns wide: East Asian scripts and full-width forms. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;
/** What moves the cursor or turns the direction of writing: an event must not be able to draw on the terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;

const charWidth = (char: string): number => (WIDE.test(char) ? 2 : 1);

function widthOf(text: string): number {
  let width = 0;
  for (const char of text) width += charWidth(char);
  return width;
}

export const padEnd = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - widthOf(text)));
export const padStart = (text: string, width: number): string => " ".repeat(Math.max(0, width - widthOf(text))) + text;

/** A text in at most `width` columns, without what does not print. */
export function cut(text: string, width: number): string {
  const plain = text.replace(UNPRINTABLE, "·");
  if (widthOf(plain) <= width) return plain;
  let kept = "";
  let used = 1;
  for (const char of plain) {
    used += charWidth(char);
    if (used > width) break;
    kept += char;
  }
  return `${kept}…`;
}

/** The same of its end, which tells one path from another. */
export function cutStart(text: string, width: number): string {
  const plain = text.replace(UNPRINTABLE, "·");
  if (widthOf(plain) <= width) return plain;
  const chars = [...plain];
  let used = 1;
  let from = chars.length;
  while (from > 0 && used + charWidth(chars[from - 1] ?? "") <= width) {
    from -= 1;
    used += charWidth(chars[from] ?? "");
  }
  return `…${chars.slice(from).join("")}`;
}
