import { flattenInto, isObject, type JsonObject } from "../flatten.ts";
import { addField, makeField, type Reading, setField, textOf } from "../reading.ts";
import type { WindowsTime } from "./windows-time.ts";

/** Facts about the shipper, not about the event. */
const SKIPPED = new Set(["winlog", "agent", "ecs", "@metadata", "message", "input"]);

/** Winlogbeat 7 to 9 and the Elastic Agent: ECS with `winlog.*`. */
export function readWinlogbeat(event: Reading, object: JsonObject, winlog: JsonObject): WindowsTime {
  hoistAll(event, winlog.event_data);
  hoistAll(event, winlog.user_data);
  const ecs = isObject(object.event) ? object.event : {};
  setMeta(event, {
    EventID: winlog.event_id ?? ecs.code ?? object["event.code"],
    Channel: winlog.channel,
    Provider_Name: winlog.provider_name ?? ecs.provider,
    Provider_Guid: winlog.provider_guid,
    Computer: winlog.computer_name,
    EventRecordID: winlog.record_id,
    Task: winlog.task,
    Opcode: winlog.opcode,
    Keywords: winlog.keywords,
    Message: object.message,
  });
  const user = winlog.user;
  if (isObject(user)) setMeta(event, { Security_UserID: user.identifier, AccountName: user.name, Domain: user.domain });
  const process = winlog.process;
  if (isObject(process)) setMeta(event, { Execution_ProcessID: process.pid });
  for (const key in object) if (!SKIPPED.has(key) && !key.startsWith("winlog.")) flattenInto(event, key, object[key]);
  addSigmaNames(event);
  return { value: object["@timestamp"] ?? winlog.time_created ?? ecs.created, isUtc: true };
}

/** Winlogbeat 5 and 6: `event_data` and `log_name` on top. */
export function readOldWinlogbeat(event: Reading, object: JsonObject): WindowsTime {
  hoistAll(event, object.event_data);
  hoistAll(event, object.user_data);
  setMeta(event, {
    EventID: object.event_id,
    Channel: object.log_name,
    Provider_Name: object.source_name,
    Computer: object.computer_name,
    EventRecordID: object.record_number,
    Level: object.level,
    Keywords: object.keywords,
    Message: object.message,
  });
  return { value: object["@timestamp"], isUtc: true };
}

function hoistAll(event: Reading, data: unknown): void {
  if (!isObject(data)) return;
  for (const key in data) flattenInto(event, key.indexOf(" ") < 0 ? key : key.replaceAll(" ", ""), data[key]);
  if (event.fields.Data === undefined && typeof data.param1 === "string") {
    const params: string[] = [];
    for (let i = 1; i <= 64 && typeof data[`param${i}`] === "string"; i += 1) params.push(String(data[`param${i}`]));
    setField(event, "Data", params);
  }
}

function setMeta(event: Reading, meta: JsonObject): void {
  for (const name in meta) {
    const value = meta[name];
    if (value !== undefined && value !== null && event.fields[name] === undefined) flattenInto(event, name, value);
  }
}

/** Old Sysmon and Security modules of Winlogbeat move event_data into ECS; the rules' names are given back. */
const SIGMA_OF_ECS: readonly (readonly [string, string])[] = [
  ["Image", "process.executable"],
  ["CommandLine", "process.command_line"],
  ["CurrentDirectory", "process.working_directory"],
  ["ProcessGuid", "process.entity_id"],
  ["ProcessId", "process.pid"],
  ["ParentImage", "process.parent.executable"],
  ["ParentCommandLine", "process.parent.command_line"],
  ["ParentProcessGuid", "process.parent.entity_id"],
  ["ParentProcessId", "process.parent.pid"],
  ["OriginalFileName", "process.pe.original_file_name"],
  ["Description", "process.pe.description"],
  ["Company", "process.pe.company"],
  ["Product", "process.pe.product"],
  ["FileVersion", "process.pe.file_version"],
  ["TargetFilename", "file.path"],
  ["TargetObject", "registry.path"],
  ["QueryName", "dns.question.name"],
  ["SourceIp", "source.ip"],
  ["SourcePort", "source.port"],
  ["DestinationIp", "destination.ip"],
  ["DestinationPort", "destination.port"],
  ["DestinationHostname", "destination.domain"],
  ["Protocol", "network.transport"],
  ["PipeName", "file.name"],
];

const HASHES: readonly (readonly [string, string])[] = [
  ["MD5", "process.hash.md5"],
  ["SHA1", "process.hash.sha1"],
  ["SHA256", "process.hash.sha256"],
  ["IMPHASH", "process.pe.imphash"],
];

function addSigmaNames(event: Reading): void {
  const { fields } = event;
  const id = String(fields.EventID);
  if (!textOf(fields, "Channel").includes("Sysmon") || fields.UtcTime !== undefined) return;
  for (const [sigma, ecs] of SIGMA_OF_ECS) {
    const value = fields[ecs];
    if (value === undefined || (sigma === "PipeName" && id !== "17" && id !== "18")) continue;
    addField(event, sigma === "TargetFilename" && (id === "6" || id === "7") ? "ImageLoaded" : sigma, value);
  }
  const user = textOf(fields, "user.name");
  const domain = textOf(fields, "user.domain");
  if (user !== "") addField(event, "User", domain === "" ? user : `${domain}\\${user}`);
  const hashes = HASHES.flatMap(([name, ecs]) => {
    const hash = textOf(fields, ecs);
    return hash === "" ? [] : [`${name}=${hash.toUpperCase()}`];
  });
  if (hashes.length > 0) makeField(event, "Hashes", hashes.join(","));
}
