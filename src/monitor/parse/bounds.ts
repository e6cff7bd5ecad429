/** Every bound of the parser in one place: a hostile line may cost what these allow and no more. */

/** A longer line is not parsed; its head becomes the message. The raw bytes are stored whole elsewhere. */
export const MAX_LINE_BYTES = 4 * 1024 * 1024;
export const MAX_FIELDS = 512;
export const MAX_DEPTH = 16;
/** Elements kept of one array. */
export const MAX_ITEMS = 256;
/** Characters kept of one field value: PowerShell logs script blocks of up to 32 KiB. */
export const MAX_VALUE_CHARS = 65_536;
export const MAX_NAME_CHARS = 256;
export const MAX_MESSAGE_CHARS = 8_192;
/** Characters kept of one answer (who, what …) or hot column of repeating words. */
export const MAX_ANSWER_CHARS = 1_024;

/** The first `max` characters; never ends in half a surrogate pair. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const last = text.charCodeAt(max - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max);
}
