import { type UnitKey, WINDOWS_DOMAIN } from "./company.ts";
import type { SimulatedEvent } from "./event.ts";
import { utcTime, type World } from "./world.ts";

/** A Windows machine that writes a log. */
export type Machine = { readonly unit: UnitKey; readonly computer: string };

const SID = "S-1-5-21-1004336348-1177238915-682003330";
const { netbios } = WINDOWS_DOMAIN;

/** Stable for an account; the built-in administrator has its well-known 500. */
const sidOf = (account: string): string => {
  if (account === "Administrator") return `${SID}-500`;
  return `${SID}-${1100 + ([...account].reduce((sum, letter) => sum + letter.charCodeAt(0) * 7, 0) % 4000)}`;
};

const security = (world: World, on: Machine, atMs: number, e: Omit<Parameters<World["windows"]>[2], "atMs" | "log">) =>
  world.windows(on.unit, on.computer, { outcome: "success", ...e, atMs, log: "security" });

export type Logon = { readonly account: string; readonly type: number; readonly ip: string; readonly from: string };

export const logon = (world: World, on: Machine, atMs: number, l: Logon): SimulatedEvent =>
  security(world, on, atMs, {
    id: 4624,
    title: "An account was successfully logged on.",
    action: "Logon",
    data: {
      SubjectUserSid: "S-1-5-18",
      SubjectUserName: `${on.computer.toUpperCase()}$`,
      SubjectDomainName: netbios,
      SubjectLogonId: "0x3e7",
      TargetUserSid: sidOf(l.account),
      TargetUserName: l.account,
      TargetDomainName: netbios,
      TargetLogonId: `0x${world.random.hex(6)}`,
      LogonType: String(l.type),
      LogonProcessName: l.type === 2 ? "User32 " : "Kerberos",
      AuthenticationPackageName: l.type === 2 ? "Negotiate" : "Kerberos",
      WorkstationName: l.from,
      LogonGuid: `{${world.random.guid()}}`,
      ProcessName: l.type === 2 ? "C:\\Windows\\System32\\svchost.exe" : "-",
      IpAddress: l.ip,
      IpPort: l.ip === "-" ? "-" : String(world.random.between(49_152, 65_535)),
      ElevatedToken: "%%1843",
    },
  });

export const logonFailed = (world: World, on: Machine, atMs: number, l: Logon): SimulatedEvent =>
  security(world, on, atMs, {
    id: 4625,
    title: "An account failed to log on.",
    action: "Logon",
    outcome: "failure",
    data: {
      SubjectUserSid: "S-1-0-0",
      SubjectUserName: "-",
      SubjectDomainName: "-",
      SubjectLogonId: "0x0",
      TargetUserSid: "S-1-0-0",
      TargetUserName: l.account,
      TargetDomainName: netbios,
      Status: "0xc000006d",
      FailureReason: "%%2313",
      SubStatus: "0xc000006a",
      LogonType: String(l.type),
      LogonProcessName: l.type === 2 ? "User32 " : "NtLmSsp ",
      AuthenticationPackageName: l.type === 2 ? "Negotiate" : "NTLM",
      WorkstationName: l.from,
      ProcessName: "-",
      IpAddress: l.ip,
      IpPort: l.ip === "-" ? "-" : String(world.random.between(49_152, 65_535)),
    },
  });

export const logoff = (world: World, on: Machine, atMs: number, account: string): SimulatedEvent =>
  security(world, on, atMs, {
    id: 4634,
    title: "An account was logged off.",
    action: "Logoff",
    data: {
      TargetUserSid: sidOf(account),
      TargetUserName: account,
      TargetDomainName: netbios,
      TargetLogonId: `0x${world.random.hex(6)}`,
      LogonType: "3",
    },
  });

export const shareAccess = (
  world: World,
  on: Machine,
  atMs: number,
  a: { account: string; ip: string; file: string },
) =>
  security(world, on, atMs, {
    id: 5145,
    title: "A network share object was checked to see whether client can be granted desired access.",
    action: "Detailed File Share",
    data: {
      SubjectUserSid: sidOf(a.account),
      SubjectUserName: a.account,
      SubjectDomainName: netbios,
      SubjectLogonId: `0x${world.random.hex(6)}`,
      ObjectType: "File",
      IpAddress: a.ip,
      IpPort: String(world.random.between(49_152, 65_535)),
      ShareName: "\\\\*\\share",
      ShareLocalPath: "\\??\\D:\\share",
      RelativeTargetName: a.file,
      AccessMask: "0x120089",
      AccessList: "%%1538 %%1541 %%4416",
    },
  });

export const userCreated = (world: World, on: Machine, atMs: number, by: string, account: string): SimulatedEvent =>
  security(world, on, atMs, {
    id: 4720,
    title: "A user account was created.",
    action: "User Account Management",
    data: {
      TargetUserName: account,
      TargetDomainName: on.computer.toUpperCase(),
      TargetSid: `${SID}-1042`,
      ...subject(world, by),
      SamAccountName: account,
      DisplayName: "%%1793",
      UserPrincipalName: "-",
      UserAccountControl: "%%2080 %%2082 %%2084",
    },
  });

export const addedToAdministrators = (world: World, on: Machine, atMs: number, by: string): SimulatedEvent =>
  security(world, on, atMs, {
    id: 4732,
    title: "A member was added to a security-enabled local group.",
    action: "Security Group Management",
    data: {
      MemberName: "-",
      MemberSid: `${SID}-1042`,
      TargetUserName: "Administrators",
      TargetDomainName: "Builtin",
      TargetSid: "S-1-5-32-544",
      ...subject(world, by),
      PrivilegeList: "-",
    },
  });

export const auditLogCleared = (world: World, on: Machine, atMs: number, by: string): SimulatedEvent =>
  world.windows(on.unit, on.computer, {
    atMs,
    log: "eventlog",
    id: 1102,
    title: "The audit log was cleared.",
    action: "Log clear",
    data: subject(world, by),
  });

export const serviceInstalled = (world: World, on: Machine, atMs: number, s: { name: string; path: string }) =>
  world.windows(on.unit, on.computer, {
    atMs,
    log: "system",
    id: 7045,
    title: "A service was installed in the system.",
    action: "None",
    data: {
      ServiceName: s.name,
      ImagePath: s.path,
      ServiceType: "user mode service",
      StartType: "demand start",
      AccountName: "LocalSystem",
    },
  });

/** Sysmon event 10. */
export const processAccess = (
  world: World,
  on: Machine & { user: string },
  atMs: number,
  a: { source: string; target: string; access: string; trace: string },
): SimulatedEvent =>
  world.windows(on.unit, on.computer, {
    atMs,
    log: "sysmon",
    id: 10,
    title: "Process accessed:",
    action: "Process accessed (rule: ProcessAccess)",
    data: {
      RuleName: "-",
      UtcTime: utcTime(atMs),
      SourceProcessGUID: `{${world.random.guid()}}`,
      SourceProcessId: String(world.random.between(1000, 20_000)),
      SourceThreadId: String(world.random.between(1000, 20_000)),
      SourceImage: a.source,
      TargetProcessGUID: `{${world.random.guid()}}`,
      TargetProcessId: "712",
      TargetImage: a.target,
      GrantedAccess: a.access,
      CallTrace: a.trace,
      SourceUser: on.user,
      TargetUser: "NT AUTHORITY\\SYSTEM",
    },
  });

/** Sysmon event 11. */
export const fileCreated = (
  world: World,
  on: Machine & { user: string },
  atMs: number,
  f: { image: string; file: string },
) =>
  world.windows(on.unit, on.computer, {
    atMs,
    log: "sysmon",
    id: 11,
    title: "File created:",
    action: "File created (rule: FileCreate)",
    data: {
      RuleName: "-",
      UtcTime: utcTime(atMs),
      ProcessGuid: `{${world.random.guid()}}`,
      ProcessId: String(world.random.between(1000, 20_000)),
      Image: f.image,
      TargetFilename: f.file,
      CreationUtcTime: utcTime(atMs),
      User: on.user,
    },
  });

/** Sysmon event 3. */
export const networkConnection = (
  world: World,
  on: Machine & { user: string; ip: string },
  atMs: number,
  c: { image: string; toIp: string; toHost: string; toPort: number },
): SimulatedEvent =>
  world.windows(on.unit, on.computer, {
    atMs,
    log: "sysmon",
    id: 3,
    title: "Network connection detected:",
    action: "Network connection detected (rule: NetworkConnect)",
    data: {
      RuleName: "-",
      UtcTime: utcTime(atMs),
      ProcessGuid: `{${world.random.guid()}}`,
      ProcessId: String(world.random.between(1000, 20_000)),
      Image: c.image,
      User: on.user,
      Protocol: "tcp",
      Initiated: "true",
      SourceIsIpv6: "false",
      SourceIp: on.ip,
      SourceHostname: on.computer,
      SourcePort: String(world.random.between(49_152, 65_535)),
      SourcePortName: "-",
      DestinationIsIpv6: "false",
      DestinationIp: c.toIp,
      DestinationHostname: c.toHost,
      DestinationPort: String(c.toPort),
      DestinationPortName: c.toPort === 443 ? "https" : "-",
    },
  });

const subject = (world: World, account: string) => ({
  SubjectUserSid: sidOf(account),
  SubjectUserName: account,
  SubjectDomainName: netbios,
  SubjectLogonId: `0x${world.random.hex(6)}`,
});
