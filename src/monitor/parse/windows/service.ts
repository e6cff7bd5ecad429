import { makeField, type Reading, textOf } from "../reading.ts";
import { fillActor, fillTarget, setAccount, setActor } from "./actor.ts";
import { fillProcess, fillSecurityObjects, fillSysmonObjects } from "./columns.ts";
import { readShellContext, type ShellContext } from "./context.ts";

export type Kind = { service: string; eventId: number; actor: "subject" | "target" };

/** Hot columns and the actor, by the log that the event comes from. Returns PowerShell's own context where there is one. */
export function fillByService(event: Reading, kind: Kind): ShellContext | undefined {
  const { fields, hot } = event;
  if (kind.service === "sysmon") {
    fillProcess(hot, fields);
    fillSysmonObjects(hot, fields, kind.eventId);
    setAccount(hot, textOf(fields, "User") || textOf(fields, "SourceUser"));
    return undefined;
  }
  if (kind.service === "security") {
    fillProcess(hot, fields);
    fillSecurityObjects(hot, fields, kind.eventId);
    fillActor(hot, fields, kind.actor);
    fillTarget(hot, fields);
    if (hot.user_name === "" && kind.eventId === 1102) setAccount(hot, messageAccount(textOf(fields, "Message")));
    return undefined;
  }
  return fillOther(event, kind);
}

/** Fields that rules ask for and some shippers or versions leave out. */
export function completeFields(event: Reading, service: string, eventId: number): void {
  const { fields } = event;
  const completion = completionOf(service, eventId);
  if (completion === "") return;
  if (completion !== "Data") {
    // Sysmon writes one EventType for these ids; shippers with an EventType of their own lose it.
    if (fields.EventType === undefined) makeField(event, "EventType", completion);
  } else if (fields.Data === undefined && fields.Message !== undefined) fields.Data = fields.Message;
}

/** What `completeFields` adds where it is absent: "Data", which is the message, or this EventType, or nothing. */
export function completionOf(
  service: string,
  eventId: number,
): "Data" | "SetValue" | "CreatePipe" | "ConnectPipe" | "" {
  if (service === "powershell-classic" || service === "application") return "Data";
  if (service !== "sysmon") return "";
  if (eventId === 13) return "SetValue";
  if (eventId === 17) return "CreatePipe";
  return eventId === 18 ? "ConnectPipe" : "";
}

/** 1102 keeps its Subject in UserData, which flat shippers drop; the message still says it. */
function messageAccount(message: string): string {
  const name = /Account Name:\s*(\S[^\r\n]*)/.exec(message)?.[1] ?? "";
  const domain = /Domain Name:\s*(\S[^\r\n]*)/.exec(message)?.[1] ?? "";
  return domain === "" ? name : `${domain}\\${name}`;
}

function fillOther(event: Reading, kind: Kind): ShellContext | undefined {
  const { fields, hot } = event;
  let shell: ShellContext | undefined;
  if (kind.service === "powershell" || kind.service === "powershell-classic") {
    shell = readShellContext(fields);
    hot.process_name = shell.application;
    hot.process_command_line = shell.command;
    setAccount(hot, shell.user);
  } else {
    fillProcess(hot, fields);
    hot.service_name = textOf(fields, "ServiceName");
  }
  if (hot.user_name === "") fillActor(hot, fields, kind.actor);
  if (hot.user_name === "")
    setAccount(hot, textOf(fields, "UserContext") || textOf(fields, "User") || textOf(fields, "DetectionUser"));
  const sid = textOf(fields, "UserID") || textOf(fields, "Security_UserID");
  const account = textOf(fields, "AccountName");
  if (hot.user_name === "" && account !== "")
    setActor(hot, { name: account, domain: textOf(fields, "Domain"), id: sid });
  if (hot.user_name === "" && sid !== "") hot.who = sid;
  if (hot.user_id === "") hot.user_id = sid;
  return shell;
}
