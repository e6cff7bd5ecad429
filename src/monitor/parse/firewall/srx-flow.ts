import { toPort } from "../address.ts";
import { addField, type Reading } from "../reading.ts";

const MAX_TEXT = 2_048;

/**
 * RT_FLOW's sentences: `session created a/1->b/2 0x0 service c/3->b/2 0x0 … 6 policy zone zone id …`, `session closed reason: …
 * 12(3456) 10(7890) 5 …`, `session denied a/1->b/2 0x0 service 6(0) policy zone zone …`. Words count from the last flow: the first
 * number is the protocol, then policy, zones and session. Fields get the structured form's names.
 */
export function readFlowText(event: Reading, body: string): void {
  const words = body.slice(0, MAX_TEXT).split(" ");
  const flows = words.flatMap((word, at) => (word.includes("->") ? [at] : []));
  const [first, last] = [flows[0], flows.at(-1)];
  if (first === undefined || last === undefined) return;
  addEnds(event, words[first] ?? "", "");
  if (last !== first) addEnds(event, words[last] ?? "", "nat-");
  const service = words[first + 1]?.startsWith("0x") ? words[first + 2] : words[first + 1];
  addField(event, "service-name", service ?? "");
  const colon = body.indexOf(": ");
  if (body.startsWith("session closed ") && colon > 0 && colon < 80) addField(event, "reason", body.slice(15, colon));
  const protocolAt = words.findIndex((word, at) => at > last && PROTOCOL.test(word));
  if (protocolAt < 0) return;
  addField(event, "protocol-id", PROTOCOL.exec(words[protocolAt] ?? "")?.[1] ?? "");
  addField(event, "policy-name", words[protocolAt + 1] ?? "");
  addField(event, "source-zone-name", words[protocolAt + 2] ?? "");
  addField(event, "destination-zone-name", words[protocolAt + 3] ?? "");
  addCounts(event, words.slice(protocolAt + 4, protocolAt + 8));
  for (const word of words.slice(protocolAt + 4)) {
    const [, name = "", roles = ""] = ACCOUNT.exec(word) ?? [];
    addField(event, "username", name);
    addField(event, "roles", roles);
  }
}

const PROTOCOL = /^(\d{1,3})(?:\(\d{1,5}\))?$/;
/** `sato(staff)`; nobody is `N/A(N/A)`. */
const ACCOUNT = /^([A-Za-z][\w.@\\-]{0,63})\(([\w.@,-]{1,128})\)$/;
const COUNT = /^(\d{1,15})\((\d{1,18})\)$/;

function addEnds(event: Reading, flow: string, prefix: string): void {
  const arrow = flow.indexOf("->");
  const source = splitEnd(flow.slice(0, arrow));
  const destination = splitEnd(flow.slice(arrow + 2));
  addField(event, `${prefix}source-address`, source.host);
  if (source.port > 0) addField(event, `${prefix}source-port`, source.port);
  addField(event, `${prefix}destination-address`, destination.host);
  if (destination.port > 0) addField(event, `${prefix}destination-port`, destination.port);
}

function splitEnd(text: string): { host: string; port: number } {
  const slash = text.lastIndexOf("/");
  return slash < 0 ? { host: text, port: 0 } : { host: text.slice(0, slash), port: toPort(text.slice(slash + 1)) };
}

/** Packets and, in parentheses, bytes: from the client, then from the server. */
function addCounts(event: Reading, words: readonly string[]): void {
  const session = words.find((word) => /^\d{1,20}$/.test(word));
  addField(event, "session-id-32", session ?? "");
  const counts = words.flatMap((word) => COUNT.exec(word)?.slice(1, 3) ?? []);
  const names = ["packets-from-client", "bytes-from-client", "packets-from-server", "bytes-from-server"];
  counts.slice(0, 4).forEach((count, at) => {
    addField(event, names[at] ?? "", count);
  });
}
