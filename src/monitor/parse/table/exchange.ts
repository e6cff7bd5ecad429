import type { Action, Outcome } from "../contract.ts";
import { act, bounded, classify, type Reading, textOf } from "../reading.ts";

/**
 * Exchange's message tracking log, by event-id. Who: sender-address. Where from: the client, else the server. With what: source and
 * connector. What: the recipients. Source: Microsoft Learn, Message tracking (event types).
 */
export function answerTracking(event: Reading): void {
  const { fields, hot } = event;
  const [action, outcome] = EVENTS.get(textOf(fields, "event-id").toUpperCase()) ?? (["", ""] as const);
  classify(hot, "exchange.messagetracking", { product: "", category: "", service: "" });
  hot.event_code = bounded(textOf(fields, "event-id"));
  act(hot, action, outcome);
  hot.user_name = bounded(textOf(fields, "sender-address"));
  hot.who = hot.user_name;
  hot.where_from = hot.source_ip || hot.source_domain || hot.host_name || hot.destination_domain;
  hot.with_what = bounded(`${textOf(fields, "source")} ${textOf(fields, "connector-id")}`.trim());
  hot.what = bounded(textOf(fields, "recipient-address") || textOf(fields, "message-id"));
}

/** Other columns may be there or not; these are the log's own. */
export const isTracking = ({ fields }: Reading): boolean =>
  fields["event-id"] !== undefined &&
  (fields["internal-message-id"] !== undefined || fields["sender-address"] !== undefined);

const DONE = ["mail-transferred", "success"] as const;
const TAKEN = ["mail-queued", "success"] as const;
const REFUSED = ["mail-rejected", "failure"] as const;
const EVENTS = new Map<string, readonly [Action, Outcome]>([
  ["RECEIVE", TAKEN],
  ["SUBMIT", TAKEN],
  ["RESUBMIT", TAKEN],
  ["SEND", DONE],
  ["SENDEXTERNAL", DONE],
  ["DELIVER", DONE],
  ["DUPLICATEDELIVER", DONE],
  ["DEFER", ["mail-transferred", "failure"]],
  ["SUBMITDEFER", ["mail-queued", "failure"]],
  ["SUBMITFAIL", REFUSED],
  ["FAIL", REFUSED],
  ["DROP", REFUSED],
  ["BADMAIL", REFUSED],
  ["POISONMESSAGE", REFUSED],
]);
