/**
 * How much processor time joining takes: synthetic alerts with entities, formed whole. Prints a line per size.
 * Within hours instead of thirty days most rules break out. Usage: node bench/formation.ts [alerts×entities[/hours] …]
 */
import { createHash } from "node:crypto";
import { FORM_SETTINGS, type FormAlert } from "../src/respond/formation/alert.ts";
import { formClusters } from "../src/respond/formation/form.ts";

const NOON = Date.UTC(2026, 10, 22, 12);
const MINUTE = 60_000;
const KINDS = ["account", "address", "domain", "hash"] as const;

/** The same numbers every time (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Of the entities one in four is shared by few, one by many, the rest by a hundred or so; 400 rules. */
function alertsOf(count: number, entities: number, hours: number): FormAlert[] {
  const next = numbers(7);
  const one = (below: number): number => Math.floor(next() * below);
  return Array.from({ length: count }, (_, i): FormAlert => {
    const host = `ws${one(count / 4)}`;
    const firstMs = NOON - one(hours * 60) * MINUTE;
    const ruleId = `rule-${one(400)}`;
    const others = Array.from({ length: entities - 1 }, (_, n) => {
      const kind = KINDS[n % KINDS.length] ?? "account";
      const range = n % 4 === 0 ? count / 2 : n % 4 === 1 ? 20 : count / 100;
      return { kind, value: `${kind}-${n}-${one(range)}`, role: n === 0 ? "actor" : "object" } as const;
    });
    return {
      id: `alert_${String(i).padStart(7, "0")}`,
      ruleId,
      ruleTitle: ruleId,
      level: i % 7 === 0 ? "high" : i % 3 === 0 ? "medium" : "low",
      tactics: ["execution"],
      unitId: "unit_root",
      entity: { kind: "host", value: host },
      dataset: "windows.sysmon",
      count: 1 + one(20),
      bornMs: firstMs,
      firstMs,
      lastMs: firstMs + one(600) * MINUTE,
      touched: [{ kind: "host", value: host, role: "self" }, ...others],
      isSettled: false,
      recurs: false,
    };
  });
}

const asked = process.argv.slice(2);
for (const size of asked.length > 0 ? asked : ["10000x4", "20000x8", "50000x8", "25000x8/12", "50000x8/12"]) {
  const [shape = "", within = String(30 * 24)] = size.split("/");
  const [count = 0, entities = 1] = shape.split("x").map(Number);
  const hours = Number(within);
  const alerts = alertsOf(count, entities, hours);
  const before = process.cpuUsage();
  const clusters = formClusters(alerts, {
    settings: FORM_SETTINGS,
    decisions: { heldBy: new Map(), keptOut: new Map() },
    groupingRules: [],
    verdictsOf: () => ({ right: 0, wrong: 0 }),
    assetValueOf: () => 1,
    firstSeen: new Map(),
  });
  const used = process.cpuUsage(before);
  const seconds = ((used.user + used.system) / 1e6).toFixed(1);
  const joined = clusters.filter((cluster) => cluster.alerts.length > 1);
  const ids = joined.map((cluster) => cluster.alerts.map(({ id }) => id).join(" ")).sort();
  const sign = createHash("sha1").update(ids.join("\n")).digest("hex").slice(0, 12);
  const memory = Math.round(process.memoryUsage().rss / 1024 ** 2);
  console.log(
    `${count} alerts × ${entities} entities within ${hours} h: ${seconds} s of processor time, ${joined.length} clusters ${sign}, ${memory} MB`,
  );
}
