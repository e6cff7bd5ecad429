import { isUtf8 } from "node:buffer";
import { type Encoding, isEncoding } from "./contract.ts";
import { detectEncoding } from "./detect.ts";

export type Decoded = {
  readonly text: string;
  /** "utf-8" also for plain ASCII, whatever was pinned: the bytes are the text. */
  readonly encoding: Encoding;
};

/**
 * Bytes as text, without a byte order mark. `pinned`: an encoding, or "auto" (or any other word), which looks at the bytes. What is
 * no text in the pinned encoding but valid UTF-8 is read as that. Never throws: what cannot be read becomes U+FFFD.
 */
export function decodeText(bytes: Buffer, pinned = "auto"): Decoded {
  const text = bytes.toString("utf8");
  if (pinned !== "auto" && isEncoding(pinned)) return pinnedText(bytes, text, pinned);
  // Most lines: a text in one byte a character has no U+FFFD, which V8 knows without looking.
  if (!text.includes("\ufffd") && !text.includes("\x1b") && !text.includes("\0")) return { text, encoding: "utf-8" };
  const encoding = detectEncoding(bytes);
  return { text: encoding === "utf-8" ? text : textIn(bytes, encoding), encoding };
}

function pinnedText(bytes: Buffer, text: string, pinned: Encoding): Decoded {
  const asUtf8: Decoded = { text, encoding: "utf-8" };
  if (pinned === "utf-8") return asUtf8;
  const known = decoders(pinned);
  try {
    const own = known.strict.decode(readable(bytes, pinned));
    return own === text ? asUtf8 : { text: own, encoding: pinned };
  } catch {
    return isUtf8(bytes) ? asUtf8 : { text: textIn(bytes, pinned), encoding: pinned };
  }
}

/** Bytes, or the first part of them, as text in this very encoding; U+FFFD for what is none. */
export const textIn = (bytes: Buffer, encoding: Encoding): string =>
  decoders(encoding).lenient.decode(readable(bytes, encoding));

const [ROMAN, ASCII] = [Buffer.from("\x1b(J"), Buffer.from("\x1b(B")];

/** Senders switch back with `ESC ( J` and mean ASCII: by the letter a path's backslashes would become ¥, which no rule looks for. */
function readable(bytes: Buffer, encoding: Encoding): Buffer {
  if (encoding !== "iso-2022-jp" || !bytes.includes(ROMAN)) return bytes;
  const own = Buffer.from(bytes);
  for (let at = own.indexOf(ROMAN); at !== -1; at = own.indexOf(ROMAN, at)) ASCII.copy(own, at);
  return own;
}

type Decoder = InstanceType<typeof TextDecoder>;
type Decoders = { readonly strict: Decoder; readonly lenient: Decoder };
const KNOWN = new Map<Encoding, Decoders>();

function decoders(encoding: Encoding): Decoders {
  const known = KNOWN.get(encoding);
  if (known !== undefined) return known;
  const made = { strict: new TextDecoder(encoding, { fatal: true }), lenient: new TextDecoder(encoding) };
  KNOWN.set(encoding, made);
  return made;
}
