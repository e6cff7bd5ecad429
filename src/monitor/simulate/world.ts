import { hostFor, type SampleHost, type SamplePerson, type UnitKey, unitOf, WINDOWS_DOMAIN } from "./company.ts";
import type { SimulatedEvent, Transport } from "./event.ts";
import { type Connection, cefTraffic, fortigateTraffic } from "./formats/firewall.ts";
import {
  bindQuery,
  combinedAccess,
  type NameQuery,
  type ProxyRequest,
  squidCombined,
  squidNative,
  type WebHit,
} from "./formats/network.ts";
import { type WindowsEvent, winlogbeat } from "./formats/winlogbeat.ts";
import type { Random } from "./random.ts";

export type Client = { readonly unit: UnitKey; readonly ip: string; readonly account?: string };

/** Branches and the supplier have another maker's firewall than the head office. */
const SENDS_CEF: ReadonlySet<UnitKey> = new Set(["osaka", "supplier"]);

/** The company's devices: each function is one device writing one log line. Holds the numbers that only ever rise. */
export class World {
  readonly random: Random;
  #session: number;
  readonly #records = new Map<string, number>();

  constructor(random: Random) {
    this.random = random;
    this.#session = random.between(100_000, 900_000);
  }

  firewall(
    unit: UnitKey,
    atMs: number,
    c: Pick<Connection, "fromIp" | "toIp" | "toPort" | "isAllowed" | "isOutbound"> & Partial<Connection>,
  ): SimulatedEvent {
    const { utcOffsetMinutes } = unitOf(unit);
    this.#session += this.random.between(1, 9);
    const bytes = c.isAllowed ? Math.round(this.random.exponential(9000)) + 120 : 0;
    const full: Connection = {
      atMs,
      host: hostFor(unit, "firewall").name,
      utcOffsetMinutes,
      fromPort: this.random.between(49_152, 65_535),
      protocol: "tcp",
      sentBytes: Math.round(bytes / 6),
      receivedBytes: bytes,
      durationSeconds: c.isAllowed ? this.random.between(1, 180) : 0,
      policy: c.isAllowed ? this.random.between(1, 12) : 0,
      session: this.#session,
      user: undefined,
      ...c,
    };
    const line = SENDS_CEF.has(unit) ? cefTraffic(full) : fortigateTraffic(full);
    return event(unit, hostFor(unit, "firewall"), "syslog-udp", atMs, line);
  }

  nameQuery(client: Client, atMs: number, name: string, type: NameQuery["type"] = "A"): SimulatedEvent {
    const server = hostFor(client.unit, "dns");
    const clientPort = this.random.between(1025, 65_535);
    const handle = this.random.hex(8);
    const query = { atMs, host: server.name, serverIp: server.ip, clientIp: client.ip, clientPort, name, type, handle };
    return event(server.unit, server, "syslog-udp", atMs, bindQuery(query));
  }

  proxy(
    person: SamplePerson,
    atMs: number,
    r: Pick<ProxyRequest, "method" | "url" | "serverIp" | "userAgent"> & Partial<ProxyRequest>,
  ): SimulatedEvent {
    const server = hostFor(person.unit, "proxy");
    const full: ProxyRequest = {
      atMs,
      host: server.name,
      clientIp: person.ip,
      user: person.account,
      status: 200,
      bytes: Math.round(this.random.exponential(40_000)) + 300,
      elapsedMs: Math.round(this.random.exponential(300)) + 4,
      contentType: r.method === "CONNECT" ? "-" : "text/html",
      referrer: "-",
      ...r,
    };
    // Head office logs user agents, Singapore left Squid as it came.
    const { utcOffsetMinutes } = unitOf(server.unit);
    const line = server.unit === "hq" ? squidCombined({ ...full, utcOffsetMinutes }) : squidNative(full);
    return event(server.unit, server, "syslog-tcp", atMs, line);
  }

  web(
    server: SampleHost,
    atMs: number,
    h: Pick<WebHit, "clientIp" | "target" | "status" | "userAgent"> & Partial<WebHit>,
  ) {
    const full: WebHit = {
      atMs,
      host: server.name,
      server: server.unit === "hq" ? "nginx" : "httpd",
      utcOffsetMinutes: unitOf(server.unit).utcOffsetMinutes,
      method: "GET",
      bytes: Math.round(this.random.exponential(12_000)) + 200,
      referrer: "-",
      ...h,
    };
    return event(server.unit, server, "syslog-tcp", atMs, combinedAccess(full));
  }

  linux(server: SampleHost, atMs: number, line: Buffer): SimulatedEvent {
    return event(server.unit, server, "syslog-tcp", atMs, line);
  }

  windows(unit: UnitKey, computer: string, e: Omit<WindowsEvent, "computer" | "recordId">): SimulatedEvent {
    const recordId = (this.#records.get(computer) ?? this.random.between(10_000, 900_000)) + 1;
    this.#records.set(computer, recordId);
    const bytes = winlogbeat({ ...e, computer, recordId });
    return { atMs: e.atMs, unit, source: computer, transport: "bulk", bytes };
  }

  /** Sysmon event 1. */
  process(
    who: { unit: UnitKey; computer: string; user: string },
    atMs: number,
    p: { image: string; commandLine: string; parentImage: string; parentCommandLine?: string; original?: string },
  ): SimulatedEvent {
    const name = p.image.slice(p.image.lastIndexOf("\\") + 1);
    const integrity = who.user.startsWith("NT AUTHORITY") ? "System" : "Medium";
    return this.windows(who.unit, who.computer, {
      atMs,
      log: "sysmon",
      id: 1,
      title: "Process Create:",
      action: "Process Create (rule: ProcessCreate)",
      data: {
        RuleName: "-",
        UtcTime: utcTime(atMs),
        ProcessGuid: `{${this.random.guid()}}`,
        ProcessId: String(this.random.between(1000, 20_000)),
        Image: p.image,
        FileVersion: "10.0.22621.1",
        Description: name,
        Product: "-",
        Company: "-",
        OriginalFileName: p.original ?? name,
        CommandLine: p.commandLine,
        CurrentDirectory: "C:\\Windows\\system32\\",
        User: who.user,
        LogonGuid: `{${this.random.guid()}}`,
        LogonId: `0x${this.random.hex(6)}`,
        TerminalSessionId: integrity === "System" ? "0" : "1",
        IntegrityLevel: integrity,
        Hashes: `SHA256=${this.random.hex(64).toUpperCase()}`,
        ParentProcessGuid: `{${this.random.guid()}}`,
        ParentProcessId: String(this.random.between(600, 9000)),
        ParentImage: p.parentImage,
        ParentCommandLine: p.parentCommandLine ?? p.parentImage,
        ParentUser: who.user,
      },
    });
  }
}

export const utcTime = (atMs: number): string => new Date(atMs).toISOString().slice(0, 23).replace("T", " ");

/** DOMAIN\account, as Windows writes it. */
export const windowsUser = (account: string): string => `${WINDOWS_DOMAIN.netbios}\\${account}`;

export const atWorkstation = (person: SamplePerson) => ({
  unit: person.unit,
  computer: person.workstation,
  user: windowsUser(person.account),
});

function event(unit: UnitKey, host: SampleHost, transport: Transport, atMs: number, bytes: Buffer): SimulatedEvent {
  return { atMs, unit, source: host.name, transport, bytes };
}
