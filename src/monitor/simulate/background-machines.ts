import { hostFor, SAMPLE_HOSTS, SAMPLE_PEOPLE, type SampleHost } from "./company.ts";
import type { SimulatedEvent } from "./event.ts";
import { cronRun, sshdAccepted, sshdFailed, sshdSession, sudoCommand } from "./formats/linux.ts";
import {
  BROWSERS,
  CRAWLERS,
  CRON_JOBS,
  MAINTENANCE,
  PAGES,
  SERVICE_PROGRAMS,
  SUDO_COMMANDS,
  UPDATE_SITES,
} from "./vocabulary.ts";
import { fileCreated, logon, networkConnection, processAccess } from "./windows-log.ts";
import { atWorkstation, type World } from "./world.ts";

const LINUX = SAMPLE_HOSTS.filter((host) => host.purpose === "linux");
const WEB = SAMPLE_HOSTS.filter((host) => host.purpose === "web");
const FIREWALLS = SAMPLE_HOSTS.filter((host) => host.purpose === "firewall");
const MANAGED = SAMPLE_PEOPLE.filter((person) => person.unit !== "supplier");
const SYSTEM = "NT AUTHORITY\\SYSTEM";

/** What happens without people: services, updates, jobs, the internet's own noise. */
export function backgroundOfMachines(world: World, atMs: number): SimulatedEvent[] {
  const activity = world.random.weighted([
    [26, visitWebsite],
    [20, knockFromInternet],
    [18, runService],
    [12, updateSoftware],
    [8, runCron],
    [6, resolveInternal],
    [4, deploy],
    [3, guessInvalidUser],
    [2, checkHealth],
    [1, maintain],
  ] as const);
  return activity(world, atMs);
}

const someoneOutside = (world: World): string =>
  `198.19.${world.random.between(0, 255)}.${world.random.between(1, 254)}`;

function visitWebsite(world: World, atMs: number): SimulatedEvent[] {
  const { random } = world;
  const server = random.pick(WEB);
  const clientIp = someoneOutside(world);
  const isCrawler = random.chance(0.2);
  const [target, status] = random.pick(PAGES);
  const userAgent = random.pick(isCrawler ? CRAWLERS : BROWSERS);
  const way = { fromIp: clientIp, toIp: server.ip, toPort: 443, isAllowed: true, isOutbound: false };
  return [
    world.firewall(server.unit, atMs, way),
    world.web(server, atMs + random.between(3, 60), { clientIp, target, status, userAgent }),
  ];
}

/** The whole internet is scanned all the time: denied at the edge, and of no interest. */
function knockFromInternet(world: World, atMs: number): SimulatedEvent[] {
  const edge = world.random.pick(FIREWALLS);
  const toPort = world.random.pick([22, 23, 80, 445, 1433, 3389, 5060, 6379, 8080, 8443]);
  const way = { fromIp: someoneOutside(world), toIp: hostFor(edge.unit, "web").ip, toPort };
  return [world.firewall(edge.unit, atMs, { ...way, isAllowed: false, isOutbound: false })];
}

function runService(world: World, atMs: number): SimulatedEvent[] {
  const person = world.random.pick(MANAGED);
  const on = { ...atWorkstation(person), user: SYSTEM };
  const [image, argument, parentImage] = world.random.pick(SERVICE_PROGRAMS);
  const started = world.process(on, atMs, { image, commandLine: `${image}${argument}`, parentImage });
  if (!world.random.chance(0.3)) return [started];
  const file = `C:\\Windows\\Temp\\${world.random.guid()}.tmp`;
  return [started, fileCreated(world, on, atMs + 90, { image, file })];
}

function updateSoftware(world: World, atMs: number): SimulatedEvent[] {
  const person = world.random.pick(MANAGED);
  const [site, path] = world.random.pick(UPDATE_SITES);
  const image = "C:\\Windows\\System32\\svchost.exe";
  const toIp = "198.18.200.7";
  return [
    world.nameQuery(person, atMs, site),
    networkConnection(
      world,
      { ...atWorkstation(person), user: "NT AUTHORITY\\NETWORK SERVICE", ip: person.ip },
      atMs + 10,
      {
        image,
        toIp: hostFor(person.unit, "proxy").ip,
        toHost: hostFor(person.unit, "proxy").name,
        toPort: 3128,
      },
    ),
    world.proxy(person, atMs + 60, {
      method: "GET",
      url: `http://${site}${path}`,
      serverIp: toIp,
      userAgent: "Microsoft-Delivery-Optimization/10.1",
      user: "-",
      contentType: "application/octet-stream",
    }),
  ];
}

function runCron(world: World, atMs: number): SimulatedEvent[] {
  const server = world.random.pick(LINUX);
  const line = { pid: world.random.between(2000, 60_000), command: world.random.pick(CRON_JOBS) };
  return [world.linux(server, atMs, cronRun({ atMs, host: server.name }, line))];
}

function resolveInternal(world: World, atMs: number): SimulatedEvent[] {
  const server = world.random.pick(SAMPLE_HOSTS.filter((host) => host.unit !== "supplier"));
  const [name, type] = world.random.pick([
    ["_ldap._tcp.dc._msdcs.ad.minato-seiki.example", "SRV"],
    ["hq-fs01.ad.minato-seiki.example", "A"],
    ["hq-dc01.ad.minato-seiki.example", "A"],
    ["ntp.nict.jp", "A"],
    ["20.0.1.10.in-addr.arpa", "PTR"],
  ] as const);
  return [world.nameQuery({ unit: server.unit, ip: server.ip }, atMs, name, type)];
}

/** The administrator's tools sign in with a key and run one command. */
function deploy(world: World, atMs: number): SimulatedEvent[] {
  const { random } = world;
  const server: SampleHost = random.pick(LINUX);
  const [user, ip] =
    server.unit === "supplier" ? (["kitano", "10.80.10.21"] as const) : (["ansible", "10.1.0.40"] as const);
  const where = (plus: number) => ({ atMs: atMs + plus, host: server.name });
  const pid = random.between(2000, 60_000);
  const key = random.letters(43);
  return [
    world.linux(server, atMs, sshdAccepted(where(0), { pid, ip, port: random.between(32_768, 60_999), user, key })),
    world.linux(server, atMs + 4, sshdSession(where(4), { pid, user, isOpen: true })),
    world.linux(server, atMs + 900, sudoCommand(where(900), { user, command: random.pick(SUDO_COMMANDS) })),
    world.linux(server, atMs + 2500, sshdSession(where(2500), { pid, user, isOpen: false })),
  ];
}

/** Bots try names that do not exist here. */
function guessInvalidUser(world: World, atMs: number): SimulatedEvent[] {
  const server = hostFor("supplier", "linux");
  const user = world.random.pick(["oracle", "test", "ubuntu", "postgres", "git", "pi", "ftpuser"]);
  const attempt = {
    pid: world.random.between(2000, 60_000),
    ip: someoneOutside(world),
    port: 41_000,
    user,
    isKnown: false,
  };
  return [world.linux(server, atMs, sshdFailed({ atMs, host: server.name }, attempt))];
}

/** The endpoint protection looks into lsass.exe with the few rights it needs. */
function checkHealth(world: World, atMs: number): SimulatedEvent[] {
  const person = world.random.pick(MANAGED);
  const on = { ...atWorkstation(person), user: SYSTEM };
  const dc = { unit: "hq", computer: hostFor("hq", "domain-controller").name } as const;
  return [
    processAccess(world, on, atMs, {
      source: "C:\\Program Files\\Windows Defender\\MsMpEng.exe",
      target: "C:\\Windows\\System32\\lsass.exe",
      access: "0x1000",
      trace: "C:\\Windows\\SYSTEM32\\ntdll.dll+9d584|C:\\Windows\\System32\\KERNELBASE.dll+2c13e",
    }),
    logon(world, dc, atMs + 30, { account: `${person.workstation.toUpperCase()}$`, type: 3, ip: person.ip, from: "-" }),
  ];
}

/** What administrators do that resembles an attack without being one. */
function maintain(world: World, atMs: number): SimulatedEvent[] {
  const admin = SAMPLE_PEOPLE.filter((person) => person.role === "system-administrator");
  const [image, argument, parentImage] = world.random.pick(MAINTENANCE);
  return [
    world.process(atWorkstation(world.random.pick(admin)), atMs, {
      image,
      commandLine: `${image}${argument}`,
      parentImage,
    }),
  ];
}
