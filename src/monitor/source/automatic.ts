import { createHash } from "node:crypto";
import type { SourceKind } from "./contract.ts";

/** What is known of a sender before its source is looked up. */
export type Origin = {
  readonly transport: string;
  /** Address without a port. */
  readonly peer: string;
  /** The name in the sender's client certificate: proved, unlike a host name. */
  readonly peerName?: string;
  readonly tokenId?: string;
  readonly tokenName?: string;
  /** Unit and source that the token was made for. */
  readonly unitId?: string;
  readonly sourceId?: string;
  /** Host name in the message itself: a claim of the sender, never proof. */
  readonly hostName?: string;
  /** The name under which the sender wants its events kept. */
  readonly sourceName?: string;
};

export type AutomaticSource = {
  readonly id: string;
  readonly name: string;
  readonly kind: SourceKind;
  readonly unitId: string;
};

const NAME_CHARS = 120;
/** Of a path that is too long for a name: the rest is its end. */
const START_CHARS = 30;

/** The id follows from the key, so that two nodes, or a restart, name the same sender alike without asking anyone. */
const idOf = (key: string): string => `source_${createHash("sha256").update(key).digest("hex").slice(0, 24)}`;

/** What a sender recognized by address sends, when it is not syslog. */
const SENDERS: Readonly<Record<string, string>> = {
  lumberjack: "Beats",
  forward: "Fluent",
  "flow-udp": "flows",
};

/** The source that a sender gets when nobody registered it. */
export function automaticSource(origin: Origin, unitId: string): AutomaticSource {
  const { tokenId, tokenName, sourceName, peer, peerName, transport } = origin;
  if (sourceName !== undefined) {
    const isFile = transport === "file";
    // Long paths often differ in their last part only: the id is made of all of it, and the end is shown.
    const whole = cleanLine(sourceName);
    const name = isFile ? middleCut(whole) : oneLine(whole);
    return {
      id: idOf(`named|${unitId}|${isNamable(whole) ? name : whole}`),
      name,
      kind: isFile ? "file" : "token",
      unitId,
    };
  }
  if (tokenId !== undefined) {
    return {
      id: idOf(`token|${tokenId}|${unitId}`),
      name: oneLine(tokenName ?? `events by token ${tokenId}`),
      kind: "token",
      unitId,
    };
  }
  // Whoever is signed in says for which unit they send: their address must not decide it.
  if (transport === "file" || origin.unitId !== undefined) {
    return { id: idOf(`file|${unitId}`), name: "imported files", kind: "file", unitId };
  }
  const sender = oneLine(peerName ?? peer) || "an unknown address";
  const what = SENDERS[transport] ?? "syslog";
  return { id: idOf(`${what}|${sender}`), name: oneLine(`${what} from ${sender}`), kind: "syslog", unitId };
}

/** Shared by all senders of a unit that come after the bound, so that their events are kept all the same. */
export function otherSource(unitId: string): AutomaticSource {
  return { id: idOf(`other|${unitId}`), name: "other senders", kind: "syslog", unitId };
}

/** One storable line of at most 120 characters. */
export function oneLine(text: string): string {
  const clean = cleanLine(text);
  return isNamable(clean) ? clean : `${clean.slice(0, NAME_CHARS - 1).toWellFormed()}…`;
}

/** Whether a source can have all of it as its name. */
export const isNamable = (text: string): boolean => text.length <= NAME_CHARS;

/** Without line ends and control characters. */
export const cleanLine = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim();

function middleCut(text: string): string {
  if (isNamable(text)) return text;
  const start = text.slice(0, START_CHARS).toWellFormed();
  return `${start}…${text.slice(START_CHARS + 1 - NAME_CHARS).toWellFormed()}`;
}
