import { isObject } from "../flatten.ts";
import { act, bounded, classify, note, type Reading, setField, setTime, textOf } from "../reading.ts";

/** How Yagura's own events reach the parser. No sender can claim it: the collector writes the transport. */
export const OWN_TRANSPORT = "internal";

/** The closed shape of Yagura's own events; Sigma rules read it as `product: yagura`, `service: log_source`. */
const TEXTS = [
  "event.action",
  "log_source.id",
  "log_source.name",
  "log_source.kind",
  "host.name",
  "silence.since",
  "silence.until",
];
const NUMBERS = ["silence.minutes", "silence.usual_minutes", "silence.sources"];
const ACTIONS = [
  "log-source-silent",
  "log-source-recovered",
  "log-collection-silent",
  "log-collection-recovered",
] as const;

/** What Yagura says of a log source, or of its own hearing. Who: the source, or the host, by name. Did what: fell silent, speaks again. */
export function readOwn(event: Reading, text: string): void {
  const value = objectIn(text);
  if (value === undefined) {
    note(event, "broken_json");
    return;
  }
  for (const name of TEXTS) if (typeof value[name] === "string") setField(event, name, value[name]);
  for (const name of NUMBERS) if (typeof value[name] === "number") setField(event, name, value[name]);
  const { fields, hot } = event;
  setTime(event, value["@timestamp"], "");
  classify(hot, "yagura.log_source", { product: "yagura", category: "", service: "log_source" });
  act(hot, ACTIONS.find((action) => action === fields["event.action"]) ?? "", "");
  hot.event_provider = "Yagura";
  hot.host_name = bounded(textOf(fields, "host.name"));
  hot.who = bounded(textOf(fields, "log_source.name")) || hot.host_name;
  hot.message = bounded(typeof value.message === "string" ? value.message : "");
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
