import type { FieldValue } from "../event/index.ts";

/**
 * The text that an event's fields were read from: every value is in it as JSON writes it, or in `made`. There are no Unicode
 * escapes in it, and no letter beyond ASCII that is one of ASCII in lower case (İ and the Kelvin sign).
 */
export type JsonText = { readonly bytes: Uint8Array; readonly made: readonly FieldValue[] };
