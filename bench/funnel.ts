/**
 * The funnel from detections to incidents: `npm run bench:funnel [-- --days 30 --rate 0.5]`. All rules of SigmaHQ and our own run
 * over a month of the sample company with a planted intrusion and recordings of attacks, which are moved into its fourth week; the alerts
 * are joined by the real passes on the embedded state engine. Prints JSON: counts, ratios, what of each attack is in an incident, which
 * incidents have none, and whether other portions in another order give the same incidents. Correlation rules are not run.
 */
import { parseArgs } from "node:util";
import { sharedData } from "../tests/support/shared-data.ts";
import { detect, type Found, type Portion } from "./funnel/detect.ts";
import { type Formed, form } from "./funnel/form.ts";

const { values: options } = parseArgs({
  options: {
    days: { type: "string", default: "30" },
    rate: { type: "string", default: "0.5" },
    orders: { type: "string", default: "2" },
  },
});
const rules = sharedData("sigma/rules.tar.gz");
const recordings = sharedData("windows");
if (rules === undefined || recordings === undefined)
  throw new Error("the shared data are not there: rules and recordings are needed");

const found = await detect({ rules, recordings, days: Number(options.days), rate: Number(options.rate) });
const formed = await form(found.portions, { every: 24 });

const report = {
  events: found.events,
  detections: found.detections,
  alerts: formed.alerts,
  incidents: formed.incidents.length,
  incidentsEverOpened: formed.everOpened,
  detectionsPerIncident: Math.round(found.detections / Math.max(1, formed.incidents.length)),
  alertsPerIncident: rounded(formed.alerts / Math.max(1, formed.incidents.length)),
  ofNoAttack: ofNoAttack(found, formed),
  undetected: found.undetected,
  attacks: attacksIn(found, formed),
  sameInOtherOrders: await sameInOtherOrders(found.portions, formed),
  passMs: {
    longest: Math.round(Math.max(...formed.passMs)),
    total: Math.round(formed.passMs.reduce((a, b) => a + b, 0)),
  },
  largest: formed.incidents
    .toSorted((a, b) => b.alerts.length - a.alerts.length)
    .slice(0, 10)
    .map(({ title, score, alerts }) => ({ title, score: rounded(score), alerts: alerts.length })),
};
process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);

function rounded(n: number): number {
  return Math.round(n * 100) / 100;
}

/**
 * Of each planted attack: its alerts, how many of them are in an incident, in how many, how many strangers are in these, and which of
 * the techniques that its alerts name are in none.
 */
function attacksIn({ labels }: Found, { incidents, factsOf }: Formed) {
  const attackOf = (label: string): string => label.split(":")[0] ?? label;
  const keysOf = new Map<string, Set<string>>();
  for (const [key, of] of labels) {
    for (const label of of) keysOf.set(attackOf(label), (keysOf.get(attackOf(label)) ?? new Set()).add(key));
  }
  const holder = new Map(incidents.flatMap((incident) => incident.alerts.map((key) => [key, incident] as const)));
  const stages = new Map<string, boolean>();
  for (const [key, of] of labels) {
    for (const label of of) if (label.includes(":")) stages.set(label, (stages.get(label) ?? false) || holder.has(key));
  }
  const attacks = [...keysOf].sort().map(([attack, keys]) => {
    const inside = [...keys].filter((key) => holder.has(key));
    const holders = new Set(inside.map((key) => holder.get(key)));
    const main = [...holders].sort((a, b) => own(b, keys) - own(a, keys))[0];
    const techniques = new Set([...keys].flatMap((key) => factsOf.get(key)?.techniques ?? []));
    const seen = new Set(inside.flatMap((key) => factsOf.get(key)?.techniques ?? []));
    return {
      attack,
      alerts: keys.size,
      inIncidents: inside.length,
      incidents: holders.size,
      inMain: own(main, keys),
      strangersInMain: (main?.alerts.length ?? 0) - own(main, keys),
      mainScore: rounded(main?.score ?? 0),
      techniques: techniques.size,
      techniquesLost: [...techniques].filter((one) => !seen.has(one)).sort(),
      outside: [...keys].filter((key) => !holder.has(key)).map((key) => factsOf.get(key)?.told),
    };
  });
  return {
    planted: attacks.length,
    visible: attacks.filter(({ inIncidents }) => inIncidents > 0).length,
    withEveryTechnique: attacks.filter(({ techniquesLost }) => techniquesLost.length === 0).length,
    stagesOfTheIntrusion: {
      detected: stages.size,
      visible: [...stages.values()].filter(Boolean).length,
      lost: [...stages].filter(([, is]) => !is).map(([label]) => label),
    },
    each: attacks,
  };
}

/** Incidents of the sample company's month in which there is nothing of any attack. */
function ofNoAttack({ labels }: Found, { incidents }: Formed) {
  const idle = incidents.filter(({ alerts }) => !alerts.some((key) => labels.has(key)));
  return { incidents: idle.length, each: idle.map(({ title, score }) => ({ title, score: rounded(score) })) };
}

function own(incident: Formed["incidents"][number] | undefined, keys: ReadonlySet<string>): number {
  return incident?.alerts.filter((key) => keys.has(key)).length ?? 0;
}

/** The same portions backwards and shuffled, with passes at other moments. */
async function sameInOtherOrders(portions: readonly Portion[], first: Formed) {
  const wanted = signOf(first);
  const orders = [
    { portions: portions.toReversed(), every: 50 },
    { portions: shuffled(portions), every: 97 },
  ].slice(0, Number(options.orders));
  const same: boolean[] = [];
  for (const { portions: ordered, every } of orders) same.push(signOf(await form(ordered, { every })) === wanted);
  return { tried: same.length, same: same.filter(Boolean).length };
}

function signOf({ incidents }: Formed): string {
  return JSON.stringify(incidents.map(({ alerts }) => alerts.join()).sort());
}

function shuffled(portions: readonly Portion[]): Portion[] {
  let seed = 7;
  const next = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed;
  };
  return portions
    .map((portion) => ({ portion, at: next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ portion }) => portion);
}
