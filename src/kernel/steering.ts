/**
 * What a reader's screen obeys instead of showing: control characters and escapes of terminals (tabs and line ends apart), marks that
 * turn the direction of writing until they are closed, and marks that turn it for their neighbours.
 */
const STEERING = /(?![\t\n])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const EACH = new RegExp(STEERING, "gu");

/** Foreign text as it may reach an eye: what steers stands there as U+FFFD. All else, line ends and joined emoji too, stays. */
export const unsteered = (text: string): string => (STEERING.test(text) ? text.replaceAll(EACH, "\uFFFD") : text);
