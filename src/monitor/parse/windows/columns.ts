import type { Fields, HotColumns } from "../../event/index.ts";
import { MAX_PID, toCount, toIp, toPort } from "../address.ts";
import { baseName, textOf } from "../reading.ts";

/** Hot columns from EventData. Each function reads the names that its kind of event has and leaves the rest absent. */

export function fillProcess(hot: HotColumns, fields: Fields): void {
  const started = textOf(fields, "NewProcessName");
  const executable =
    started ||
    textOf(fields, "Image") ||
    textOf(fields, "SourceImage") ||
    textOf(fields, "ProcessName") ||
    textOf(fields, "Application") ||
    textOf(fields, "CallerProcessName");
  if (executable !== "") {
    hot.process_executable = executable;
    hot.process_name = baseName(executable);
  }
  hot.process_command_line = textOf(fields, "CommandLine");
  hot.process_entity_id = textOf(fields, "ProcessGuid") || textOf(fields, "SourceProcessGUID");
  const pid = started === "" ? fields.ProcessId : fields.NewProcessId;
  hot.process_pid = toCount(pid ?? fields.SourceProcessId ?? fields.ProcessID ?? fields.CallerProcessId, MAX_PID);
  const parent = textOf(fields, "ParentImage") || textOf(fields, "ParentProcessName");
  if (parent !== "") {
    hot.process_parent_executable = parent;
    hot.process_parent_name = baseName(parent);
  }
  hot.process_parent_command_line = textOf(fields, "ParentCommandLine");
  hot.process_parent_pid = toCount(started === "" ? fields.ParentProcessId : fields.ProcessId, MAX_PID);
}

/** Files, registry keys and hashes that Sysmon names. */
export function fillSysmonObjects(hot: HotColumns, fields: Fields, eventId: number): void {
  const path = textOf(fields, "TargetFilename") || textOf(fields, "ImageLoaded");
  if (path !== "") {
    hot.file_path = path;
    hot.file_name = baseName(path);
  }
  hot.registry_path = textOf(fields, "TargetObject");
  hot.rule_name = textOf(fields, "RuleName");
  const hashes = textOf(fields, "Hashes") || textOf(fields, "Hash");
  if (hashes !== "") fillHashes(hot, hashes);
  if (eventId === 22) {
    hot.dns_question_name = textOf(fields, "QueryName");
    hot.dns_response_code = textOf(fields, "QueryStatus");
  } else if (eventId === 3) fillConnection(hot, fields);
}

/** `SHA1=…,MD5=…,SHA256=…,IMPHASH=…` in any order; digests in lower case, as ECS wants them. */
function fillHashes(hot: HotColumns, text: string): void {
  let at = 0;
  while (at < text.length) {
    let end = text.indexOf(",", at);
    if (end < 0) end = text.length;
    const equals = text.indexOf("=", at);
    if (equals > at && equals < end) {
      const length = end - equals - 1;
      const c = text.charCodeAt(at) | 32;
      if (length === 32 && c === 109) hot.file_hash_md5 = text.slice(equals + 1, end).toLowerCase();
      else if (length === 40) hot.file_hash_sha1 = text.slice(equals + 1, end).toLowerCase();
      else if (length === 64) hot.file_hash_sha256 = text.slice(equals + 1, end).toLowerCase();
    }
    at = end + 1;
  }
}

const TRANSPORT = new Map([
  ["1", "icmp"],
  ["2", "igmp"],
  ["6", "tcp"],
  ["17", "udp"],
  ["47", "gre"],
  ["50", "esp"],
  ["58", "ipv6-icmp"],
]);

/** IANA protocol number or name → name in lower case. */
export const transportOf = (text: string): string => TRANSPORT.get(text) ?? text.toLowerCase();

/** Sysmon 3 and the Windows Filtering Platform. */
function fillConnection(hot: HotColumns, fields: Fields): void {
  hot.source_ip = toIp(fields.SourceIp ?? fields.SourceAddress);
  hot.source_port = toPort(fields.SourcePort);
  hot.source_domain = textOf(fields, "SourceHostname");
  hot.destination_ip = toIp(fields.DestinationIp ?? fields.DestAddress);
  hot.destination_port = toPort(fields.DestinationPort ?? fields.DestPort);
  hot.destination_domain = textOf(fields, "DestinationHostname");
  hot.network_transport = transportOf(textOf(fields, "Protocol"));
  const initiated = textOf(fields, "Initiated") || textOf(fields, "Direction");
  if (initiated === "true" || initiated === "%%14593") hot.network_direction = "outbound";
  else if (initiated === "false" || initiated === "%%14592") hot.network_direction = "inbound";
}

/** Objects, services and far ends that the Security log names. */
export function fillSecurityObjects(hot: HotColumns, fields: Fields, eventId: number): void {
  const object = textOf(fields, "ObjectName");
  const type = textOf(fields, "ObjectType");
  if (object !== "" && type === "File") {
    hot.file_path = object;
    hot.file_name = baseName(object);
  } else if (object !== "" && (type === "Key" || eventId === 4657)) hot.registry_path = object;
  hot.service_name = textOf(fields, "ServiceName");
  if (eventId >= 5150 && eventId <= 5159) {
    fillConnection(hot, fields);
    return;
  }
  hot.source_ip = toIp(fields.IpAddress ?? fields.ClientAddress ?? fields.CallingStationID);
  hot.source_port = toPort(fields.IpPort);
  hot.source_domain =
    textOf(fields, "WorkstationName") || textOf(fields, "Workstation") || textOf(fields, "ClientName");
  if (eventId === 5145) hot.file_path = textOf(fields, "RelativeTargetName");
}
