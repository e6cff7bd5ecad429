import type { Action } from "../contract.ts";
import type { EventSpec } from "./actions-sysmon.ts";

const PROVIDER = ["Provider_Name"];
const of = (
  action: Action,
  tool: readonly string[],
  object: readonly string[],
  outcome?: "success" | "failure",
): EventSpec => (outcome === undefined ? { action, tool, object } : { action, tool, object, outcome });
const session = (action: Action): EventSpec => ({ action, tool: PROVIDER, object: ["@host"], actor: "target" });
const each = (ids: readonly number[], spec: EventSpec): [number, EventSpec][] => ids.map((id) => [id, spec]);

const SCRIPT = ["Path", "Provider_Name"];
const SERVICE = ["ServiceName", "param1", "@message"];
const TASK = ["TaskName", "@message"];
const MALWARE = ["ThreatName", "Path", "@message"];
const WMI = ["Operation", "Query", "CONSUMER", "ProviderName", "@message"];

/** Sigma service → event id → reading. Sources: each provider's manifest as Microsoft documents it. */
export const BY_SERVICE: ReadonlyMap<string, ReadonlyMap<number, EventSpec>> = new Map([
  [
    "powershell",
    new Map([
      [4100, of("command-run", ["@host-application", "Provider_Name"], ["Payload", "@message"], "failure")],
      [4103, of("command-run", ["@host-application", "Provider_Name"], ["Payload", "@message"])],
      [4104, of("script-run", SCRIPT, ["ScriptBlockText", "@message"])],
      [4105, of("script-started", PROVIDER, ["ScriptBlockId", "@message"])],
      [4106, of("script-ended", PROVIDER, ["ScriptBlockId", "@message"])],
      ...each([40961, 40962, 53504, 24577], of("shell-started", PROVIDER, ["@message"])),
    ]),
  ],
  [
    "powershell-classic",
    new Map([
      ...each(
        [400, 600],
        of("shell-started", ["@host-application", "Provider_Name"], ["@host-application", "@message"]),
      ),
      [403, of("shell-ended", ["@host-application", "Provider_Name"], ["@host-application", "@message"])],
      [800, of("command-run", ["@host-application", "Provider_Name"], ["@command-line", "@message"])],
    ]),
  ],
  [
    "system",
    new Map([
      [104, of("log-cleared", PROVIDER, ["Channel", "@message"])],
      ...each([6005, 6009, 12], of("system-started", PROVIDER, ["@host"])),
      ...each([6006, 6008, 13, 1074, 41], of("system-stopped", ["param1", "Provider_Name"], ["@host"])),
      ...each(
        [7000, 7001, 7009, 7011, 7022, 7023, 7024, 7026, 7031, 7032, 7034, 7038, 7041],
        of("service-failed", PROVIDER, SERVICE, "failure"),
      ),
      ...each([7035, 7036], of("service-changed", PROVIDER, SERVICE)),
      [7040, of("service-changed", PROVIDER, SERVICE)],
      [7045, of("service-installed", ["ImagePath", "Provider_Name"], ["ServiceName", "@message"])],
      ...each([19, 43, 44], of("update-installed", PROVIDER, ["updateTitle", "@message"])),
      ...each([1500, 1501, 1502, 1503], of("policy-changed", PROVIDER, ["DCName", "@message"])),
      [1014, of("dns-query", PROVIDER, ["QueryName", "@message"], "failure")],
      [10016, of("permissions-changed", PROVIDER, ["param4", "@message"], "failure")],
      ...each([16962, 16968, 16977, 16983], of("policy-changed", PROVIDER, ["@message"])),
      [10148, of("service-started", PROVIDER, ["@message"])],
      [10149, of("service-stopped", PROVIDER, ["@message"])],
    ]),
  ],
  [
    "application",
    new Map([
      ...each(
        [1000, 1001, 1002, 1026],
        of("program-failed", ["param1", "AppName", "Provider_Name"], ["param1", "AppName", "@message"], "failure"),
      ),
      ...each([1033, 11707, 1040, 1042], of("update-installed", PROVIDER, ["param1", "@message"])),
      ...each([325, 326, 327, 216, 412], of("file-accessed", PROVIDER, ["@message"])),
      ...each([8224, 16384, 16394, 903], of("service-changed", PROVIDER, ["@message"])),
      [18456, of("logon-failed", PROVIDER, ["@message"], "failure")],
    ]),
  ],
  [
    "taskscheduler",
    new Map([
      [106, of("task-created", PROVIDER, TASK)],
      [140, of("task-changed", PROVIDER, TASK)],
      [141, of("task-deleted", PROVIDER, TASK)],
      [142, of("task-disabled", PROVIDER, TASK)],
      ...each(
        [100, 107, 108, 110, 118, 119, 129, 200],
        of("task-started", ["ActionName", "Path", "Provider_Name"], TASK),
      ),
      ...each([102, 111, 201], of("task-ended", ["ActionName", "Provider_Name"], TASK)),
      ...each([101, 103, 202, 203], of("task-ended", ["ActionName", "Provider_Name"], TASK, "failure")),
    ]),
  ],
  [
    "wmi",
    new Map([
      [5857, of("wmi-operation-run", ["ProviderPath", "Provider_Name"], WMI)],
      [5858, of("wmi-operation-run", PROVIDER, WMI, "failure")],
      [5859, of("wmi-subscription-changed", PROVIDER, WMI)],
      [5860, of("wmi-subscription-changed", PROVIDER, WMI)],
      [5861, of("wmi-subscription-changed", PROVIDER, WMI)],
    ]),
  ],
  [
    "windefend",
    new Map([
      ...each(
        [1006, 1015, 1116, 1119],
        of("malware-detected", ["ProcessName", "ProductName", "Provider_Name"], MALWARE),
      ),
      ...each([1007, 1117], of("malware-blocked", ["ProcessName", "ProductName", "Provider_Name"], MALWARE)),
      ...each([1008, 1118], of("malware-blocked", ["ProcessName", "ProductName", "Provider_Name"], MALWARE, "failure")),
      ...each(
        [1121, 1122, 1123, 1126, 1127],
        of("program-blocked", ["ProcessName", "Provider_Name"], ["Path", "ID", "@message"]),
      ),
      ...each(
        [5001, 5004, 5007, 5010, 5012, 5013, 3002],
        of("protection-changed", PROVIDER, ["NewValue", "FeatureName", "@message"]),
      ),
      [1013, of("log-cleared", PROVIDER, ["@message"])],
    ]),
  ],
  [
    "firewall-as",
    new Map([
      ...each(
        [2004, 2071, 2097],
        of("firewall-rule-added", ["ModifyingApplication", "Provider_Name"], ["RuleName", "@message"]),
      ),
      ...each(
        [2005, 2073],
        of("firewall-rule-changed", ["ModifyingApplication", "Provider_Name"], ["RuleName", "@message"]),
      ),
      ...each(
        [2006, 2033, 2052, 2059, 2060],
        of("firewall-rule-deleted", ["ModifyingApplication", "Provider_Name"], ["RuleName", "@message"]),
      ),
      ...each(
        [2002, 2003, 2008, 2010, 2032, 2082, 2083],
        of("firewall-changed", ["ModifyingApplication", "Provider_Name"], ["SettingType", "@message"]),
      ),
      [2011, of("connection-denied", ["ApplicationPath", "Provider_Name"], ["@message"], "failure")],
    ]),
  ],
  [
    "bits-client",
    new Map([
      ...each(
        [3, 16403, 306],
        of("file-downloaded", ["processPath", "Provider_Name"], ["RemoteName", "url", "LocalName", "@message"]),
      ),
      ...each([4, 59, 60, 61], of("file-downloaded", PROVIDER, ["url", "name", "@message"])),
    ]),
  ],
  [
    "terminalservices-localsessionmanager",
    new Map([
      [21, session("logged-on")],
      ...each([22, 41, 42], session("session-opened")),
      [23, session("logged-off")],
      ...each([24, 39, 40], session("session-disconnected")),
      [25, session("session-reconnected")],
    ]),
  ],
  [
    "applocker",
    new Map([
      ...each([8002, 8005, 8020, 8023], of("process-started", PROVIDER, ["FilePath", "FullFilePath", "@message"])),
      ...each(
        [8003, 8004, 8006, 8007, 8021, 8022, 8024, 8025],
        of("program-blocked", PROVIDER, ["FilePath", "FullFilePath", "@message"]),
      ),
    ]),
  ],
  [
    "codeintegrity-operational",
    new Map([
      ...each(
        [3033, 3034, 3036, 3077, 3023],
        of("program-blocked", ["ProcessNameBuffer", "Provider_Name"], ["FileNameBuffer", "@message"], "failure"),
      ),
    ]),
  ],
  ["dns-client", new Map([...each([3006, 3008, 3010, 3018, 3020], of("dns-query", PROVIDER, ["QueryName"]))])],
  ["dns-server", new Map([...each([150, 770, 771], of("image-loaded", PROVIDER, ["param1", "@message"]))])],
  [
    "ntlm",
    new Map([
      ...each(
        [8001, 8002, 8003, 8004],
        of("credentials-checked", ["ProcessName", "Provider_Name"], ["TargetName", "SChannelName", "@message"]),
      ),
    ]),
  ],
  [
    "driver-framework",
    new Map([
      ...each([2003, 2010, 2100, 2101, 2102, 2004], of("device-connected", PROVIDER, ["InstanceId", "@message"])),
    ]),
  ],
  ["openssh", new Map([[4, of("connection-allowed", ["process"], ["payload"])]])],
]);

/** Channels that Sigma has no service for. */
export const BY_CHANNEL: ReadonlyMap<string, ReadonlyMap<number, EventSpec>> = new Map([
  [
    "microsoft-windows-terminalservices-remoteconnectionmanager/operational",
    new Map([
      [261, of("connection-allowed", PROVIDER, ["@message"])],
      [263, of("configuration-changed", PROVIDER, ["@message"])],
      [1149, session("logged-on")],
      [1158, of("connection-allowed", PROVIDER, ["@message"])],
    ]),
  ],
]);
