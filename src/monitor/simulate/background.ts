import { backgroundOfMachines } from "./background-machines.ts";
import { hostFor, SAMPLE_PEOPLE, type SamplePerson } from "./company.ts";
import type { SimulatedEvent } from "./event.ts";
import { busyness, rhythmAt } from "./rhythm.ts";
import { BROWSERS, FILES, PROGRAMS, SITES } from "./vocabulary.ts";
import { logoff, logon, logonFailed, shareAccess } from "./windows-log.ts";
import { atWorkstation, type World } from "./world.ts";

/** What one person or machine does at an instant: one to five log lines, the later ones within seconds. */
export function ordinaryActivity(world: World, atMs: number): SimulatedEvent[] {
  const { random } = world;
  if (!random.chance(rhythmAt(atMs).peoplePart)) return backgroundOfMachines(world, atMs);
  const person = random.weighted(SAMPLE_PEOPLE.map((one) => [busyness(one.unit, atMs), one] as const));
  // The supplier's own computers are not under our eyes: only its firewall and its exchange server are.
  if (person.unit === "supplier") return [direct(world, person, atMs)];
  const activity = random.weighted([
    [50, browse],
    [22, startProgram],
    [14, openShare],
    [6, signIn],
    [0.4, mistypePassword],
  ] as const);
  return activity(world, person, atMs);
}

function browse(world: World, person: SamplePerson, atMs: number): SimulatedEvent[] {
  const { random } = world;
  const [site, path] = random.pick(SITES);
  const serverIp = addressOf(site);
  const proxy = hostFor(person.unit, "proxy");
  const isTunnel = random.chance(0.8);
  const later = atMs + random.between(5, 80);
  return [
    world.nameQuery(person, atMs, site, random.chance(0.25) ? "AAAA" : "A"),
    world.proxy(person, later, {
      method: isTunnel ? "CONNECT" : "GET",
      url: isTunnel ? `${site}:443` : `http://${site}${path}`,
      serverIp,
      userAgent: random.pick(BROWSERS),
      status: random.weighted([
        [96, 200],
        [2, 304],
        [1, 404],
      ]),
    }),
    world.firewall(proxy.unit, later + random.between(40, 900), {
      fromIp: proxy.ip,
      toIp: serverIp,
      toPort: isTunnel ? 443 : 80,
      isAllowed: true,
      isOutbound: true,
      user: person.account,
    }),
  ];
}

const direct = (world: World, person: SamplePerson, atMs: number): SimulatedEvent =>
  world.firewall(person.unit, atMs, {
    fromIp: person.ip,
    toIp: addressOf(world.random.pick(SITES)[0]),
    toPort: world.random.chance(0.9) ? 443 : 80,
    isAllowed: true,
    isOutbound: true,
  });

function startProgram(world: World, person: SamplePerson, atMs: number): SimulatedEvent[] {
  const [image, argument, parentImage] = world.random.pick(PROGRAMS);
  const commandLine = `"${image}"${argument.replaceAll("{account}", person.account)}`;
  return [world.process(atWorkstation(person), atMs, { image, commandLine, parentImage })];
}

function openShare(world: World, person: SamplePerson, atMs: number): SimulatedEvent[] {
  const server = hostFor("hq", "file-server");
  const { account, ip } = person;
  const on = { unit: server.unit, computer: server.name };
  const file = world.random.pick(FILES);
  if (person.unit === "hq") return [shareAccess(world, on, atMs, { account, ip, file })];
  const way = { fromIp: ip, toIp: server.ip, toPort: 445, isAllowed: true, isOutbound: true, user: account };
  return [world.firewall(person.unit, atMs, way), shareAccess(world, on, atMs + 120, { account, ip, file })];
}

function signIn(world: World, person: SamplePerson, atMs: number): SimulatedEvent[] {
  const { unit, workstation: computer, account, ip } = person;
  const dc = { unit: "hq", computer: hostFor("hq", "domain-controller").name } as const;
  return [
    logon(world, { unit, computer }, atMs, { account, type: 2, ip: "127.0.0.1", from: computer.toUpperCase() }),
    logon(world, dc, atMs + 200, { account, type: 3, ip, from: "-" }),
    logoff(world, dc, atMs + 4000, account),
  ];
}

function mistypePassword(world: World, person: SamplePerson, atMs: number): SimulatedEvent[] {
  const on = { unit: person.unit, computer: person.workstation };
  const attempt = { account: person.account, type: 2, ip: "127.0.0.1", from: person.workstation.toUpperCase() };
  return [logonFailed(world, on, atMs, attempt), logon(world, on, atMs + world.random.between(3000, 15_000), attempt)];
}

/** A site's address: stable, in the range kept for benchmarks (RFC 2544), so that no real server is named. */
function addressOf(site: string): string {
  let sum = 17;
  for (const letter of site) sum = (sum * 31 + letter.charCodeAt(0)) % 65_521;
  return `198.18.${sum >> 8}.${sum & 255 || 1}`;
}
