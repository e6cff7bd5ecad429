import { type Mapping, type SeenStep, STEPS, type Step } from "./contract.ts";

/** As delivered. Of techniques only those that stand elsewhere than a tactic of theirs would put them. */
export const DEFAULT_MAPPING: Mapping = {
  tactics: {
    reconnaissance: "reconnaissance",
    "resource-development": "weaponization",
    "initial-access": "delivery",
    execution: "exploitation",
    persistence: "installation",
    "privilege-escalation": "installation",
    // ATT&CK split TA0005 in version 19: older rules name the whole, newer ones its parts.
    "defense-evasion": "installation",
    stealth: "installation",
    "defense-impairment": "installation",
    "command-and-control": "command-and-control",
    "credential-access": "actions",
    discovery: "actions",
    "lateral-movement": "actions",
    collection: "actions",
    exfiltration: "actions",
    impact: "actions",
  },
  techniques: {
    T1566: "delivery",
    T1189: "delivery",
    T1195: "delivery",
    T1091: "delivery",
    T1078: "delivery",
    T1190: "exploitation",
    T1203: "exploitation",
    T1068: "exploitation",
    T1210: "exploitation",
    T1211: "exploitation",
    T1212: "exploitation",
  },
};

type Tagged = { readonly tactics: readonly string[]; readonly techniques: readonly string[] };

/**
 * The steps that a rule's tags stand for, in the order of an attack. Tags do not say which technique serves which tactic: when
 * every technique has a step of its own those are the answer, else the tactics answer too.
 */
export function stepsOf({ tactics, techniques }: Tagged, mapping: Mapping): Step[] {
  const own = techniques.map((technique) => stepOfTechnique(technique, mapping));
  const isAllOwn = own.length > 0 && own.every((step) => step !== undefined);
  const ofTactics = isAllOwn ? [] : tactics.map((tactic) => stepAt(mapping.tactics, tactic));
  const found = new Set([...own, ...ofTactics]);
  return STEPS.filter((step) => found.has(step));
}

const stepOfTechnique = (technique: string, { techniques }: Mapping): Step | undefined =>
  stepAt(techniques, technique) ?? stepAt(techniques, technique.split(".", 1)[0] ?? technique);

/** Tags are texts of foreign rules: `constructor` is no step. */
const stepAt = (map: Readonly<Record<string, Step>>, key: string): Step | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined;

export type TaggedAlert = Tagged & { readonly id: string; readonly firstAt: string };

/** The steps that alerts show, each with its alerts in order of time. */
export function seenSteps(alerts: readonly TaggedAlert[], mapping: Mapping): SeenStep[] {
  const inOrder = alerts.toSorted((a, b) => (a.firstAt < b.firstAt ? -1 : a.firstAt > b.firstAt ? 1 : 0));
  const found = new Map<Step, SeenStep>();
  for (const alert of inOrder) {
    for (const step of stepsOf(alert, mapping)) {
      const known = found.get(step);
      if (known) known.alertIds.push(alert.id);
      else found.set(step, { step, alertIds: [alert.id], firstAt: alert.firstAt });
    }
  }
  return STEPS.flatMap((step) => found.get(step) ?? []);
}

/** The one step that tells best what a rule is about: rules name their foremost tactic first. */
export function mainStep(tagged: Tagged, mapping: Mapping): Step | undefined {
  const all = stepsOf(tagged, mapping);
  const first = tagged.tactics.map((tactic) => stepAt(mapping.tactics, tactic)).find((step) => step !== undefined);
  return first !== undefined && all.includes(first) ? first : all[0];
}
