import { splitHostPort, toIp } from "../address.ts";
import type { Action, Outcome } from "../contract.ts";
import { act, bounded, classify, type Reading, setTime, textOf } from "../reading.ts";

/** Exchange's protocol logs: SMTP receive and send, and IMAP4 and POP3. Source: Microsoft Learn, "Protocol logging". */
export const isExchangeSession = ({ fields }: Reading): boolean =>
  fields["remote-endpoint"] !== undefined || (fields.sIp !== undefined && fields.cIp !== undefined);

/**
 * Who: the user (IMAP and POP). Where from: the client. With what: the connector, or the protocol. What: what was said. Did what: connections,
 * logons and their failures, commands.
 */
export function answerExchangeSession(event: Reading): void {
  const { fields, hot } = event;
  const isSmtp = fields["remote-endpoint"] !== undefined;
  const [far, near] = isSmtp ? ["remote-endpoint", "local-endpoint"] : ["cIp", "sIp"];
  const client = splitHostPort(textOf(fields, far ?? ""));
  const server = splitHostPort(textOf(fields, near ?? ""));
  hot.source_ip = toIp(client.host);
  hot.source_port = client.port;
  hot.destination_ip = toIp(server.host);
  hot.destination_port = server.port;
  setTime(event, textOf(fields, isSmtp ? "date-time" : "dateTime"), "");
  classify(hot, isSmtp ? "exchange.smtp" : "exchange.imap", { product: "", category: "", service: "" });
  const [action, outcome] = isSmtp ? smtpOf(event) : imapOf(event);
  act(hot, action, outcome);
  hot.user_name = bounded(textOf(fields, "user"));
  hot.who = hot.user_name;
  hot.where_from = hot.source_ip;
  hot.with_what = bounded(
    textOf(fields, "connector-id") || `Exchange ${[143, 993].includes(server.port) ? "IMAP" : "POP3"}`,
  );
  const told = isSmtp
    ? textOf(fields, "data") || textOf(fields, "context")
    : `${textOf(fields, "command")} ${textOf(fields, "parameters")}`.trim();
  hot.what = bounded(told || hot.message);
}

type Told = readonly [Action, Outcome];

/** event: `+` connected, `-` disconnected, `>` sent, `<` received, `*` information. */
function smtpOf({ fields }: Reading): Told {
  const mark = textOf(fields, "event") || "-";
  const reply = /^(\d{3})[ -]/.exec(textOf(fields, "data"))?.[1] ?? "";
  if (mark === "+") return ["connection-opened", "success"];
  if (mark === "-") return ["connection-ended", "success"];
  if (reply === "235") return ["logged-on", "success"];
  if (reply === "535") return ["logon-failed", "failure"];
  if (/^5/.test(reply)) return ["mail-rejected", "failure"];
  return ["command-run", reply === "" ? "unknown" : reply < "400" ? "success" : "failure"];
}

function imapOf({ fields }: Reading): Told {
  const command = textOf(fields, "command").toLowerCase();
  const isFailed = /\bNO\b|-ERR|BAD|ErrMsg=|Failed/.test(textOf(fields, "context"));
  if (/^(?:authenticate|auth|login|pass)$/.test(command))
    return isFailed ? ["logon-failed", "failure"] : ["logged-on", "success"];
  if (command === "opensession") return ["connection-opened", "success"];
  if (command === "closesession") return ["connection-ended", "success"];
  if (/^(?:logout|quit)$/.test(command)) return ["logged-off", "success"];
  return ["command-run", isFailed ? "failure" : "success"];
}
