import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compileRules } from "../detect/index.ts";
import { createParser } from "../parse/index.ts";
import { silenceEvent } from "../source/index.ts";
import { hostFor } from "./company.ts";
import { type SimulatedEvent, STAGES, type Stage } from "./event.ts";
import { sshdAccepted } from "./formats/linux.ts";
import { generate } from "./generate.ts";
import { Random } from "./random.ts";
import { logonFailed } from "./windows-log.ts";
import { World } from "./world.ts";

const RULES = new URL("../../../content/rules/", import.meta.url);
const HOUR_MS = 3_600_000;
/** Monday, nine in the morning in Tokyo. */
const START_MS = Date.UTC(2026, 10, 16, 0, 0, 0);

const sources = readdirSync(RULES, { recursive: true, encoding: "utf8" })
  // Correlation rules have parts that fire all day, and a test of their own.
  .filter((name) => name.endsWith(".yml") && !name.startsWith("correlation/"))
  .map((origin) => ({ origin, text: readFileSync(new URL(origin, RULES), "utf8") }));
const ruleSet = compileRules(sources);
const parser = createParser();

/** Yagura's own events come on no way that a sender could take. */
type Line = Omit<SimulatedEvent, "transport"> & { readonly transport: string };

function parse(event: Line) {
  return parser.parse(event.bytes, {
    format: "auto",
    transport: event.transport,
    peer: "127.0.0.1",
    receivedAtMs: event.atMs + 900,
  });
}

/** Origins of the rules that an event fires. */
const firedBy = (event: Line): string[] =>
  ruleSet.match(parse(event)).map((index) => ruleSet.rules[index]?.origin ?? "");

const story = [...generate({ seed: "rules", startMs: START_MS, durationMs: 8 * HOUR_MS, eventsPerSecond: 0 })];
const ordinaryHour = [
  ...generate({ seed: "rules", startMs: START_MS, durationMs: HOUR_MS, eventsPerSecond: 5, story: false }),
];

/** What the intrusion does not do: one event each. */
function samples(): Record<string, Line> {
  const world = new World(new Random("samples"));
  const server = hostFor("supplier", "linux");
  const on = { unit: "hq", computer: "hq-fs01" } as const;
  const who = { ...on, user: "NT AUTHORITY\\SYSTEM" };
  const image = "C:\\Windows\\System32\\vssadmin.exe";
  const root = { pid: 4242, ip: "203.0.113.66", port: 40_000, user: "root", key: undefined };
  const silent = { id: "s", name: "Firewall", kind: "syslog", unitId: "u" } as const;
  const notice = { source: silent, sinceMs: START_MS - HOUR_MS, untilMs: START_MS, usualPauseMs: 1_000 };
  const said = silenceEvent({ ...notice, action: "log-source-silent" });
  const host = { id: "(collection)", name: "yagura-1", kind: "host", unitId: "u" } as const;
  const heardNobody = silenceEvent({ ...notice, source: host, sources: 7, action: "log-collection-silent" });
  return {
    "yagura/log-collection-silent.yml": {
      ...world.process(who, START_MS, { image, commandLine: "", parentImage: "" }),
      transport: "internal",
      bytes: Buffer.from(heardNobody),
    },
    "yagura/log-source-silent.yml": {
      ...world.process(who, START_MS, { image, commandLine: "", parentImage: "" }),
      transport: "internal",
      bytes: Buffer.from(said),
    },
    "windows/shadow-copies-deleted.yml": world.process(who, START_MS, {
      image,
      commandLine: "vssadmin.exe delete shadows /all /quiet",
      parentImage: "C:\\Windows\\System32\\cmd.exe",
    }),
    "windows/adfs-configuration-read.yml": {
      ...world.process(who, START_MS, { image, commandLine: "", parentImage: "" }),
      bytes: Buffer.from(
        JSON.stringify({
          ...{ "@timestamp": new Date(START_MS).toISOString(), Channel: "Security", SourceName: "AD FS Auditing" },
          ...{ EventID: 412, Hostname: "hq-adfs01.ad.minato-seiki.example" },
          Message:
            "A token of type 'http://schemas.microsoft.com/ws/2006/05/servicemodel/tokens/SecureConversation' for relying party '-' was successfully authenticated.",
        }),
      ),
    },
    "windows/failed-admin-logon-from-outside.yml": logonFailed(world, on, START_MS, {
      account: "admin",
      type: 10,
      ip: "203.0.113.66",
      from: "-",
    }),
    "linux/ssh-root-password-accepted.yml": world.linux(
      server,
      START_MS,
      sshdAccepted({ atMs: START_MS, host: server.name }, root),
    ),
  };
}

describe("Our own rules", () => {
  it("all compile, and say all that a rule should say", () => {
    expect(ruleSet.rejected).toEqual([]);
    expect(ruleSet.replaced).toEqual([]);
    expect(ruleSet.rules.length).toBe(sources.length);
    for (const { facts, description, references, falsePositives } of ruleSet.rules) {
      expect(facts.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(facts.author).toBe("Yagura project");
      expect(facts.tactics.length).toBeGreaterThan(0);
      for (const text of [description, references.join(), falsePositives.join()]) expect(text).not.toBe("");
    }
    expect(new Set(ruleSet.rules.map((rule) => rule.facts.title)).size).toBe(sources.length);
  });

  it("say in Japanese too what they are called and why they matter", () => {
    const lacking = sources.filter(
      ({ text }) =>
        !/^title_ja: .*[ぁ-んァ-ヶ一-龠]/m.test(text) || !/^description_ja: \|\n {4}.*[ぁ-ん].*。/m.test(text),
    );
    expect(lacking.map(({ origin }) => origin)).toEqual([]);
  });

  it("each fire on the planted intrusion or on a sample of their own", () => {
    const fired = new Set(story.flatMap(firedBy));
    for (const [origin, event] of Object.entries(samples())) {
      expect(firedBy(event), origin).toContain(origin);
      fired.add(origin);
    }
    expect(sources.map(({ origin }) => origin).filter((origin) => !fired.has(origin))).toEqual([]);
  });

  it("see every stage of the intrusion", () => {
    const seen = new Set<Stage | undefined>(
      story.filter((event) => firedBy(event).length > 0).map((event) => event.stage),
    );
    expect(STAGES.filter((stage) => !seen.has(stage))).toEqual([]);
  });

  it("stay silent through an ordinary hour", () => {
    const alarms = ordinaryHour.flatMap((event) => firedBy(event).map((origin) => `${origin}: ${event.bytes}`));
    expect(ordinaryHour.length).toBeGreaterThan(15_000);
    expect(alarms).toEqual([]);
  });
});

describe("The parsers", () => {
  it("understand every line of the sample company, and know its time and kind", () => {
    const troubles = new Map<string, string>();
    for (const event of [...ordinaryHour, ...story]) {
      const { problem, timeMs, hot, logsource } = parse(event);
      const isTimely = Math.abs(timeMs - event.atMs) < 1000;
      const isKnown = logsource.category !== "" || logsource.service !== "" || logsource.product !== "";
      if (problem !== "" || !isTimely || !isKnown || hot.did_what === "") {
        troubles.set(
          `${event.source} ${hot.dataset} ${problem} ${timeMs - event.atMs} ${hot.did_what}`,
          event.bytes.toString(),
        );
      }
    }
    expect([...troubles.entries()].slice(0, 10)).toEqual([]);
  });
});
