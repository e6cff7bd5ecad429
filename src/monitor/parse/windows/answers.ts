import type { Fields, HotColumns } from "../../event/index.ts";
import type { Action } from "../contract.ts";
import { act, baseName, bounded, endpoint, type Reading, textOf } from "../reading.ts";
import type { EventSpec } from "./actions-sysmon.ts";
import { programOf, type ShellContext } from "./context.ts";

/** Keywords as text, as NXLog's signed 64-bit number (exact as a double), as Winlogbeat's words; or NXLog's EventType. */
const AUDIT_FAILURE = new Set<unknown>(["AUDIT_FAILURE", "0x8010000000000000", -0x7ff0000000000000, "Audit Failure"]);
const AUDIT_SUCCESS = new Set<unknown>(["AUDIT_SUCCESS", "0x8020000000000000", -0x7fe0000000000000, "Audit Success"]);

function outcomeOf(fields: Fields, spec: EventSpec | undefined): "success" | "failure" | "" {
  const keywords = fields.Keywords;
  const told = [Array.isArray(keywords) ? keywords[0] : keywords, fields.EventType, fields["event.outcome"]];
  for (const value of told) {
    if (AUDIT_FAILURE.has(value) || value === "failure") return "failure";
    if (AUDIT_SUCCESS.has(value) && spec?.outcome === undefined) return "success";
  }
  return spec === undefined ? "" : (spec.outcome ?? "success");
}

const SYSMON_KEY_ACTIONS = new Map<string, Action>([
  ["DeleteKey", "registry-key-deleted"],
  ["DeleteValue", "registry-value-deleted"],
]);

/** The answers that depend on the event id; `shell` is PowerShell's own context where there is one. */
export function fillAnswers(
  event: Reading,
  known: { spec: EventSpec | undefined; shell: ShellContext | undefined },
): void {
  const { fields, hot } = event;
  const { spec } = known;
  let action: Action | "" = spec?.action ?? "";
  if (action === "registry-key-created") action = SYSMON_KEY_ACTIONS.get(textOf(fields, "EventType")) ?? action;
  act(hot, action, outcomeOf(fields, spec));
  hot.where_from = bounded(farEnd(hot) || hot.host_name);
  const tool = answerFrom(event, { names: spec?.tool ?? DEFAULT_TOOL, shell: known.shell });
  hot.with_what = bounded(tool.includes("\\") || tool.includes("/") ? baseName(tool) : tool);
  hot.what = bounded(answerFrom(event, { names: spec?.object ?? DEFAULT_OBJECT, shell: known.shell }) || hot.message);
}

const DEFAULT_TOOL = ["Image", "ProcessName", "Provider_Name"];
const DEFAULT_OBJECT = [
  "ObjectName",
  "TargetFilename",
  "TargetUserName",
  "ServiceName",
  "TaskName",
  "param1",
  "@message",
];
const NOT_FAR = new Set(["127.0.0.1", "::1", "0.0.0.0", "::"]);

function farEnd(hot: HotColumns): string {
  if (hot.source_ip !== "" && !NOT_FAR.has(hot.source_ip)) return hot.source_ip;
  return hot.source_domain;
}

function answerFrom(event: Reading, how: { names: readonly string[]; shell: ShellContext | undefined }): string {
  const { fields } = event;
  for (const name of how.names) {
    const text = name.charCodeAt(0) === 64 ? special(event, name, how.shell) : textOf(fields, name);
    if (text !== "") return name === "ImagePath" ? programOf(text) : text;
  }
  return "";
}

function special(event: Reading, name: string, shell: ShellContext | undefined): string {
  const { hot } = event;
  switch (name) {
    case "@to":
      return endpoint(hot.destination_domain || hot.destination_ip, hot.destination_port);
    case "@from":
      return endpoint(textOf(event.fields, "SourceAddress"), hot.source_port);
    case "@host":
      return hot.host_name;
    case "@host-application":
      return shell?.application ?? "";
    case "@command-line":
      return shell?.command ?? "";
    default:
      return hot.message;
  }
}
