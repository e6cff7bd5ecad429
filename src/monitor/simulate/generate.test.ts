import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { SAMPLE_UNITS, type UnitKey } from "./company.ts";
import { type SimulatedEvent, STAGES } from "./event.ts";
import { type GenerateOptions, generate } from "./generate.ts";
import { dnsLines, firewallLines, proxyLines, webLines, windowsDocuments } from "./lines.ts";
import { busyness } from "./rhythm.ts";

const HOUR_MS = 3_600_000;
const MONDAY_MS = Date.UTC(2026, 10, 16);

const run = (options: Partial<GenerateOptions> = {}): SimulatedEvent[] => [
  ...generate({ seed: "test", startMs: MONDAY_MS, durationMs: HOUR_MS, eventsPerSecond: 3, ...options }),
];

function digest(events: readonly SimulatedEvent[]): string {
  const hash = createHash("sha256");
  for (const event of events) hash.update(`${event.atMs} ${event.source} ${event.transport} `).update(event.bytes);
  return hash.digest("hex");
}

describe("The simulator", () => {
  it("gives the same bytes for the same seed, and others for another", () => {
    expect(digest(run())).toBe(digest(run()));
    expect(digest(run({ seed: "other" }))).not.toBe(digest(run()));
    expect(firewallLines(7, 50)).toEqual(firewallLines(7, 50));
    expect(firewallLines(7, 50)).not.toEqual(firewallLines(8, 50));
  });

  it("gives events in order of time, within the span that was asked for", () => {
    const events = run();
    for (const [index, event] of events.entries()) {
      expect(event.atMs).toBeGreaterThanOrEqual(events[index - 1]?.atMs ?? MONDAY_MS);
      expect(event.atMs).toBeLessThan(MONDAY_MS + HOUR_MS);
      expect(Number.isInteger(event.atMs)).toBe(true);
    }
  });

  it.each([
    ["at any moment, without the rhythm of days", { rhythm: false, durationMs: HOUR_MS, eventsPerSecond: 40 }],
    ["over a week, with it", { rhythm: true, durationMs: 168 * HOUR_MS, eventsPerSecond: 0.15 }],
  ])("keeps the rate it was given %s", (_title, options) => {
    const expected = options.eventsPerSecond;
    const perSecond = run({ ...options, story: false }).length / (options.durationMs / 1000);
    expect(perSecond / expected).toBeGreaterThan(0.95);
    expect(perSecond / expected).toBeLessThan(1.05);
  });

  it("is busy by day and quiet by night, by each place's own clock", () => {
    const at = (hourUtc: number) => MONDAY_MS + hourUtc * HOUR_MS;
    expect(busyness("hq", at(1))).toBe(1);
    expect(busyness("hq", at(18))).toBeLessThan(0.1);
    expect(busyness("singapore", at(23))).toBeLessThan(busyness("hq", at(23)));
    expect(busyness("hq", at(1 + 5 * 24))).toBeLessThan(0.1);
    const count = (hourUtc: number) => run({ startMs: at(hourUtc), story: false }).length;
    expect(count(1)).toBeGreaterThan(count(18) * 1.3);
  });

  it("is lazy: ten years cost nothing until they are read", () => {
    const first = generate({
      seed: "test",
      startMs: 0,
      durationMs: 10 * 365 * 24 * HOUR_MS,
      eventsPerSecond: 1000,
      story: false,
    });
    expect(first.next().done).toBe(false);
  });

  it("names every log host after its unit, so that the receiver can tell units apart", () => {
    const seen = new Map<UnitKey, Set<string>>();
    for (const { unit, source } of run()) seen.set(unit, (seen.get(unit) ?? new Set()).add(source));
    for (const { key, hostPattern } of SAMPLE_UNITS) {
      const prefix = hostPattern.replace("*", "");
      expect(seen.get(key)?.size).toBeGreaterThan(1);
      for (const source of seen.get(key) ?? []) expect(source.startsWith(prefix)).toBe(true);
    }
  });
});

describe("The formats", () => {
  const RFC3164 = /^<(\d{1,3})>[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} [a-z]{2,3}-[a-z0-9]+ \S/;
  const RFC5424 = /^<(\d{1,3})>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d [a-z]{2,3}-\S+ \S+ - - - \S/;

  it("are syslog that RFC 3164 or RFC 5424 describes, or JSON as Winlogbeat 8 sends it", () => {
    for (const { transport, bytes, atMs, source } of run()) {
      const text = bytes.toString();
      expect(text).not.toContain("\n");
      if (transport !== "bulk") {
        const priority = Number((RFC3164.exec(text) ?? RFC5424.exec(text))?.[1]);
        expect(priority, text).toBeLessThanOrEqual(191);
        expect(text).toContain(` ${source} `);
        continue;
      }
      const document = JSON.parse(text);
      expect(Date.parse(document["@timestamp"])).toBe(atMs);
      expect(document.winlog.event_id).toBe(document.event.code);
      expect(document.winlog.computer_name).toBe(`${source}.ad.minato-seiki.example`);
      for (const value of Object.values(document.winlog.event_data)) expect(typeof value).toBe("string");
    }
  });

  it.each([
    [
      "FortiGate key=value and CEF",
      firewallLines,
      /date=\d{4}-\d\d-\d\d time=\S+ devname="|CEF:0\|[^|]*\|[^|]*\|[^|]*\|[^|]*\|[^|]*\|\d\|rt=\d{13} /,
    ],
    [
      "Squid native and combined",
      proxyLines,
      /squid\[\d+\]: (\d{10}\.\d{3} +\d+ \S+ TCP_\w+\/\d{3} |\S+ - \S+ \[[^\]]+\] "[A-Z]+ )/,
    ],
    [
      "BIND query log",
      dnsLines,
      /named\[\d+\]: client @0x[0-9a-f]+ [\d.]+#\d+ \(\S+\): query: \S+ IN [A-Z]+ \+E\(0\)K \([\d.]+\)$/,
    ],
    [
      "combined web log",
      webLines,
      /(nginx|httpd): \S+ - - \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "[A-Z]+ \S+ HTTP\/1\.1" \d{3} \d+ "[^"]*" "[^"]*"$/,
    ],
    ["Winlogbeat documents", windowsDocuments, /^\{"@timestamp":/],
  ])("of the kind wanted for benchmarks: %s", (_title, make, grammar) => {
    const lines = make("bench", 300);
    expect(lines).toHaveLength(300);
    for (const line of lines) expect(line.toString()).toMatch(grammar);
  });

  it("are as long as real firewall lines", () => {
    const lines = firewallLines(1, 2000);
    const mean = lines.reduce((sum, line) => sum + line.length, 0) / lines.length;
    expect(mean).toBeGreaterThan(300);
    expect(mean).toBeLessThan(700);
  });
});

describe("The planted intrusion", () => {
  it("begins each stage in its order, whatever the span", () => {
    for (const hours of [0.25, 1, 8, 72]) {
      const events = run({ eventsPerSecond: 0, durationMs: hours * HOUR_MS });
      const begun = [...new Set(events.map((event) => event.stage))];
      expect(begun).toEqual(STAGES);
    }
  });

  it("is left out when it is not wanted", () => {
    expect(run({ story: false }).some((event) => event.stage !== undefined)).toBe(false);
  });

  it("uses only addresses and names that are kept for documents", () => {
    const text = run({ eventsPerSecond: 0 })
      .map((event) => event.bytes.toString())
      .join("\n");
    for (const [address] of text.matchAll(/(?<![/\d.])(?!10\.|127\.)\d{1,3}(?:\.\d{1,3}){3}\b/g)) {
      expect(address).toMatch(/^(203\.0\.113|198\.51\.100|192\.0\.2|198\.1[89])\./);
    }
  });
});
