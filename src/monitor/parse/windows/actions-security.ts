import type { Action } from "../contract.ts";
import type { EventSpec } from "./actions-sysmon.ts";

const PROCESS = ["ProcessName", "CallerProcessName", "Application", "LogonProcessName", "Provider_Name"];
const LOGON = ["ProcessName", "AuthenticationPackageName", "LogonProcessName", "PackageName", "Provider_Name"];
const TARGET = ["TargetUserName", "TargetAccount", "TargetSid", "@message"];
const GROUP = ["TargetUserName", "TargetSid"];
const MEMBER = ["MemberName", "MemberSid", "TargetUserName"];
const OBJECT = ["ObjectName", "ObjectType", "HandleId", "@message"];
const TASK = ["TaskName", "@message"];
const RULE = ["RuleName", "RuleId", "ProfileChanged", "@message"];
const HOST = ["@host"];

const of = (action: Action, tool: readonly string[], object: readonly string[]): EventSpec => ({
  action,
  tool,
  object,
});
const logon = (action: Action, tool: readonly string[], outcome?: "failure"): EventSpec =>
  outcome === undefined
    ? { action, tool, object: HOST, actor: "target" }
    : { action, tool, object: HOST, actor: "target", outcome };
const failed = (spec: EventSpec): EventSpec => ({ ...spec, outcome: "failure" });
const each = (ids: readonly number[], spec: EventSpec): [number, EventSpec][] => ids.map((id) => [id, spec]);

/** Source: Windows security auditing events, Microsoft Learn "Advanced security audit policy settings". */
export const SECURITY: ReadonlyMap<number, EventSpec> = new Map([
  [1100, of("monitoring-changed", ["Provider_Name"], ["@message"])],
  [1102, of("log-cleared", ["Provider_Name"], ["Channel"])],
  [4608, of("system-started", ["Provider_Name"], HOST)],
  [4609, of("system-stopped", ["Provider_Name"], HOST)],
  [4610, of("configuration-changed", ["AuthenticationPackageName", "Provider_Name"], ["AuthenticationPackageName"])],
  [4611, of("configuration-changed", ["LogonProcessName"], ["LogonProcessName"])],
  [4614, of("configuration-changed", ["NotificationPackageName"], ["NotificationPackageName"])],
  [4616, of("system-time-changed", PROCESS, ["NewTime", "@message"])],
  [4622, of("configuration-changed", ["SecurityPackageName"], ["SecurityPackageName"])],
  [4624, logon("logged-on", LOGON)],
  [4625, logon("logon-failed", LOGON, "failure")],
  [4627, logon("privileges-assigned", ["Provider_Name"])],
  ...each([4634, 4647], logon("logged-off", ["Provider_Name"])),
  [4648, of("explicit-credentials-used", PROCESS, ["TargetUserName", "TargetServerName"])],
  [4649, failed(logon("attack-detected", LOGON))],
  [4657, of("registry-value-set", PROCESS, ["ObjectName"])],
  [4658, of("object-released", PROCESS, OBJECT)],
  [4660, of("object-deleted", PROCESS, OBJECT)],
  ...each([4656, 4661, 4663, 4664, 4985], of("object-accessed", PROCESS, OBJECT)),
  ...each([4662, 5139], of("directory-object-accessed", ["ObjectServer", "Provider_Name"], OBJECT)),
  [4670, of("permissions-changed", PROCESS, OBJECT)],
  [4672, of("privileges-assigned", ["Provider_Name"], ["PrivilegeList"])],
  ...each([4673, 4674], of("privilege-used", PROCESS, ["ObjectName", "Service", "PrivilegeList"])),
  [4688, of("process-started", ["ParentProcessName", "NewProcessName"], ["CommandLine", "NewProcessName"])],
  [4689, of("process-ended", PROCESS, ["ProcessName"])],
  [4690, of("handle-duplicated", ["Provider_Name"], ["SourceHandleId"])],
  ...each([4692, 4693, 4694, 4695], of("key-used", PROCESS, ["DataDescription", "MasterKeyId", "@message"])),
  [4696, of("privileges-assigned", PROCESS, ["TargetProcessName", "TargetUserName"])],
  [4697, of("service-installed", ["Provider_Name"], ["ServiceName", "ServiceFileName"])],
  [4698, of("task-created", ["Provider_Name"], TASK)],
  [4699, of("task-deleted", ["Provider_Name"], TASK)],
  [4700, of("task-enabled", ["Provider_Name"], TASK)],
  [4701, of("task-disabled", ["Provider_Name"], TASK)],
  [4702, of("task-changed", ["Provider_Name"], TASK)],
  [4703, of("privileges-assigned", PROCESS, ["EnabledPrivilegeList", "DisabledPrivilegeList", "TargetUserName"])],
  ...each([4704, 4705, 4717, 4718], of("permissions-changed", PROCESS, ["TargetSid", "PrivilegeList", "@message"])),
  ...each(
    [4706, 4707, 4713, 4716, 4739],
    of("policy-changed", PROCESS, ["DomainPolicyChanged", "DomainName", "@message"]),
  ),
  ...each(
    [4715, 4719, 4902, 4904, 4905, 4906, 4907, 4912],
    of("audit-policy-changed", PROCESS, ["SubcategoryGuid", "AuditSourceName", "ObjectName", "@message"]),
  ),
  [4720, of("user-created", PROCESS, TARGET)],
  [4722, of("user-enabled", PROCESS, TARGET)],
  [4723, of("password-changed", PROCESS, TARGET)],
  [4724, of("password-reset", PROCESS, TARGET)],
  [4725, of("user-disabled", PROCESS, TARGET)],
  [4726, of("user-deleted", PROCESS, TARGET)],
  ...each([4738, 4765, 4766, 4780, 4781], of("user-changed", PROCESS, TARGET)),
  [4740, of("user-locked", ["TargetDomainName", "Provider_Name"], ["TargetUserName"])],
  [4767, of("user-unlocked", PROCESS, TARGET)],
  ...each([4727, 4731, 4744, 4749, 4754, 4759], of("group-created", PROCESS, GROUP)),
  ...each([4728, 4732, 4746, 4751, 4756, 4761], of("group-member-added", PROCESS, MEMBER)),
  ...each([4729, 4733, 4747, 4752, 4757, 4762], of("group-member-removed", PROCESS, MEMBER)),
  ...each([4730, 4734, 4748, 4753, 4758, 4763], of("group-deleted", PROCESS, GROUP)),
  ...each([4735, 4737, 4745, 4750, 4755, 4760, 4764], of("group-changed", PROCESS, GROUP)),
  [4741, of("user-created", PROCESS, TARGET)],
  [4742, of("user-changed", PROCESS, TARGET)],
  [4743, of("user-deleted", PROCESS, TARGET)],
  ...each([4768, 4769, 4770], {
    ...logon("ticket-requested", ["TicketEncryptionType", "Provider_Name"]),
    object: ["ServiceName", "@host"],
  }),
  [4771, logon("logon-failed", ["PreAuthType", "Provider_Name"], "failure")],
  ...each([4772, 4773], logon("ticket-requested", ["Provider_Name"], "failure")),
  [4774, logon("credentials-checked", LOGON)],
  [4775, logon("credentials-checked", LOGON, "failure")],
  [4776, logon("credentials-checked", LOGON)],
  [4777, logon("credentials-checked", LOGON, "failure")],
  [4778, logon("session-reconnected", ["SessionName", "Provider_Name"])],
  [4779, logon("session-disconnected", ["SessionName", "Provider_Name"])],
  [4800, logon("screen-locked", ["Provider_Name"])],
  [4801, logon("screen-unlocked", ["Provider_Name"])],
  [4794, of("password-changed", PROCESS, ["Workstation", "@message"])],
  [4797, of("user-examined", PROCESS, TARGET)],
  [4798, of("user-examined", PROCESS, TARGET)],
  [4799, of("group-examined", PROCESS, GROUP)],
  [4825, logon("logon-failed", LOGON, "failure")],
  ...each(
    [4885, 4886, 4887, 4888, 4898, 4899, 4900],
    of("key-used", ["Provider_Name"], ["Requester", "RequestId", "@message"]),
  ),
  [4946, of("firewall-rule-added", ["Provider_Name"], RULE)],
  [4947, of("firewall-rule-changed", ["Provider_Name"], RULE)],
  [4948, of("firewall-rule-deleted", ["Provider_Name"], RULE)],
  ...each(
    [4944, 4945, 4949, 4950, 4951, 4952, 4953, 4954, 4956, 4957, 4958],
    of("firewall-changed", ["Provider_Name"], RULE),
  ),
  [4964, logon("privileges-assigned", LOGON)],
  [5024, of("service-started", ["Provider_Name"], ["@message"])],
  [5025, of("service-stopped", ["Provider_Name"], ["@message"])],
  [5031, failed(of("connection-denied", ["Application"], ["Application"]))],
  ...each([5058, 5061], of("key-used", ["ProviderName"], ["KeyName", "KeyFilePath"])),
  [5059, of("key-restored", ["ProviderName"], ["KeyName"])],
  ...each([5136, 5137, 5138, 5141], of("directory-object-changed", ["Provider_Name"], ["ObjectDN", "ObjectGUID"])),
  [5140, of("share-accessed", ["Provider_Name"], ["ShareName"])],
  [5145, of("share-accessed", ["Provider_Name"], ["RelativeTargetName", "ShareName"])],
  ...each([5142, 5143, 5144], of("share-changed", ["Provider_Name"], ["ShareName"])),
  ...each([5150, 5151, 5152, 5153, 5155, 5157, 5159], failed(of("connection-denied", PROCESS, ["@to"]))),
  [5154, of("port-opened", PROCESS, ["@from"])],
  [5156, of("connection-allowed", PROCESS, ["@to"])],
  [5158, of("port-opened", PROCESS, ["@from"])],
  ...each([5376, 5377], of("credentials-read", PROCESS, ["BackupFileName", "@message"])),
  ...each(
    [5379, 5381, 5382],
    of(
      "credentials-read",
      ["ProcessName", "ClientProcessId", "Provider_Name"],
      ["TargetName", "Resource", "SchemaFriendlyName", "@message"],
    ),
  ),
  ...each(
    [5440, 5441, 5442, 5443, 5444, 5446, 5447, 5448, 5449, 5450],
    of(
      "firewall-changed",
      ["ProviderName", "Provider_Name"],
      ["FilterName", "CalloutName", "SubLayerName", "@message"],
    ),
  ),
  ...each([6272, 6278], logon("logged-on", ["AuthenticationProvider", "Provider_Name"])),
  ...each([6273, 6274], logon("logon-failed", ["AuthenticationProvider", "Provider_Name"], "failure")),
  ...each(
    [6416, 6419, 6420, 6421, 6422],
    of("device-connected", ["ClassName", "Provider_Name"], ["DeviceDescription", "DeviceId"]),
  ),
  [6423, failed(of("device-connected", ["ClassName", "Provider_Name"], ["DeviceDescription", "DeviceId"]))],
  [8222, of("file-created", ["ProcessImagePath", "Provider_Name"], ["VolumeName", "ShadowCopyName", "@message"])],
]);
