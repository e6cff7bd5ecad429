import { describe, expect, it, test } from "vitest";
import { answeredQuestions } from "../../event/index.ts";
import { createParser, type Parsed } from "../../parse/index.ts";
import { Random } from "../random.ts";
import { DEVICE_FORMATS, DEVICES, type DeviceFormat } from "./catalog.ts";
import type { Made } from "./made.ts";
import { carried, deviceEvents } from "./stream.ts";

const AT_MS = Date.UTC(2026, 10, 23, 1, 2, 3);
const COUNT = 300;
const parser = createParser();

const read = (bytes: Buffer, transport: string): Parsed =>
  parser.parse(bytes, { format: "auto", transport, peer: "192.0.2.99:514", receivedAtMs: AT_MS + 60_000 });

function linesOf(format: DeviceFormat): Made[] {
  const random = new Random(`test ${format}`);
  return Array.from({ length: COUNT }, () => DEVICES[format]({ atMs: AT_MS, random }));
}

/** What Yagura calls the format; the parsers' names, so that a line taken for another's fails. */
const DATASET: Readonly<Record<DeviceFormat, RegExp>> = {
  fortigate: /^forti/,
  panos: /^panos\.traffic$/,
  asa: /^cisco\.asa/,
  cef: /^cef|panos/,
  leef: /^leef/,
  squid: /^squid/,
  bind: /^(bind|dns|named)/,
  unbound: /^unbound/,
  nginx: /^nginx/,
  apache: /^apache/,
  windows: /^windows/,
  sshd: /^(sshd|linux)/,
  auditd: /^linux\.auditd$/,
  postfix: /^postfix/,
  suricata: /^suricata\.(http|alert)$/,
  zeek: /^zeek\.(conn|smb_files)$/,
  cloudtrail: /^aws\.cloudtrail$/,
};

const toldBy = ({ hot }: Parsed) => ({
  who: hot.who,
  whereFrom: hot.where_from,
  what: hot.what,
  didWhat: hot.did_what,
  outcome: hot.event_outcome,
});

describe.each(DEVICE_FORMATS)("Simulated %s", (format) => {
  const lines = linesOf(format);

  test.each(["syslog-tcp", "bulk"] as const)("is read as what truly happened when it comes by %s", (transport) => {
    const differing = lines.flatMap((made) => {
      const event = read(carried(made, format, AT_MS, transport), transport);
      const told = toldBy(event);
      const isSame = JSON.stringify(told) === JSON.stringify(made.told) && event.problem === "";
      return isSame ? [] : [{ told, truth: made.told, problem: event.problem, line: made.bytes.toString() }];
    });
    expect(differing.slice(0, 2)).toEqual([]);
  });

  it("is recognized as its own format, at the instant at which it was written", () => {
    for (const made of lines) {
      const event = read(carried(made, format, AT_MS, "bulk"), "bulk");
      expect(event.hot.dataset).toMatch(DATASET[format]);
      expect(Math.floor(event.timeMs / 1000)).toBe(AT_MS / 1000);
      expect(answeredQuestions(event)).toBeGreaterThanOrEqual(5);
    }
  });

  it("differs from line to line and names only addresses kept for documents", () => {
    expect(new Set(lines.map(({ bytes }) => bytes.toString())).size).toBeGreaterThan(COUNT * 0.9);
    const text = lines.map(({ bytes }) => bytes.toString()).join("\n");
    for (const [address] of text.matchAll(/(?<![/\d.])(?!10\.|127\.)\d{1,3}(?:\.\d{1,3}){3}\b/g))
      expect(address).toMatch(/^(203\.0\.113|198\.51\.100|192\.0\.2)\./);
  });
});

describe("A stream of formats", () => {
  const stream = {
    formats: ["panos", "zeek"],
    seed: "s",
    startMs: AT_MS,
    durationMs: 10_000,
    eventsPerSecond: 30,
  } as const;
  const run = (options: object = {}) => [...deviceEvents({ ...stream, ...options })];

  it("gives the same bytes for the same seed, and others for another", () => {
    expect(run()).toEqual(run());
    expect(run({ seed: "t" })).not.toEqual(run());
  });

  it("keeps its rate, in order of time, each format in turn", () => {
    const events = run();
    expect(events).toHaveLength(300);
    expect(events.every((event, i) => event.atMs >= (events[i - 1]?.atMs ?? AT_MS))).toBe(true);
    expect(events.map(({ transport }) => transport).slice(0, 4)).toEqual(["syslog-tcp", "bulk", "syslog-tcp", "bulk"]);
  });

  it.each([
    ["at a rate of none", { eventsPerSecond: 0 }],
    ["of no format", { formats: [] }],
    ["of no time", { durationMs: 0 }],
  ])("%s ends at once", (_title, options) => {
    expect(run(options)).toEqual([]);
  });

  it("goes by the protocol that was asked for", () => {
    expect(new Set(run({ protocol: "syslog-udp" }).map(({ transport }) => transport))).toEqual(new Set(["syslog-udp"]));
  });
});
