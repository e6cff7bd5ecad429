import type { RuleRow } from "../contract.ts";
import type { Coverage, CoveredTechnique, NavigatorLayer } from "./contract.ts";
import { placeTechniques } from "./place.ts";

/** In the order of an attack; of those that ATT&CK's versions do not share, the ones that rules name are shown. */
const TACTICS: readonly { readonly name: string; readonly isIfNamed?: true }[] = [
  { name: "reconnaissance" },
  { name: "resource-development" },
  { name: "initial-access" },
  { name: "execution" },
  { name: "persistence" },
  { name: "privilege-escalation" },
  { name: "defense-evasion", isIfNamed: true },
  { name: "stealth", isIfNamed: true },
  { name: "defense-impairment", isIfNamed: true },
  { name: "credential-access" },
  { name: "discovery" },
  { name: "lateral-movement" },
  { name: "collection" },
  { name: "command-and-control" },
  { name: "exfiltration" },
  { name: "impact" },
];

type Row = Pick<RuleRow, "id" | "title" | "tactics" | "techniques" | "isEnabled" | "hits" | "logs">;

const parentOf = (technique: string): string => technique.split(".", 1)[0] ?? technique;

/** The techniques that rules name, by id. A rule counts once for a technique, whether it names it or a sub-technique. */
export function coverageOf(rows: readonly Row[]): Omit<Coverage, "range"> {
  const places = placeTechniques(
    rows.map(({ tactics, techniques }) => ({ tactics, techniques: [...new Set(techniques.map(parentOf))] })),
  );
  const byTechnique = new Map<string, Row[]>();
  for (const row of rows) {
    for (const id of new Set(row.techniques.flatMap((technique) => [parentOf(technique), technique]))) {
      const known = byTechnique.get(id);
      if (known) known.push(row);
      else byTechnique.set(id, [row]);
    }
  }
  const techniques = [...byTechnique]
    .map(([id, rules]) => figuresOf(id, { rules, tactics: places.get(parentOf(id)) ?? [] }))
    .sort((one, two) => (one.id < two.id ? -1 : 1));
  const named = new Set(techniques.flatMap(({ tactics }) => tactics));
  const tactics = TACTICS.filter(({ name, isIfNamed }) => !isIfNamed || named.has(name)).map(({ name }) => name);
  return { tactics, techniques, untagged: rows.filter((row) => row.techniques.length === 0).length };
}

function figuresOf(id: string, of: { rules: readonly Row[]; tactics: readonly string[] }): CoveredTechnique {
  const enabled = of.rules.filter((rule) => rule.isEnabled);
  const isKnown = enabled.every((rule) => rule.logs !== null);
  const isCounted = of.rules.every((rule) => rule.hits !== null);
  return {
    id,
    tactics: [...of.tactics],
    rules: of.rules.length,
    enabled: enabled.length,
    canFire: isKnown ? enabled.filter((rule) => rule.logs).length : null,
    detections: isCounted ? of.rules.reduce((sum, rule) => sum + (rule.hits ?? 0), 0) : null,
  };
}

/** What the Navigator colours with the highest score. */
const MAX_SCORE = 10;

/** The coverage as a layer: the score is the number of rules that can fire, or of enabled ones when that is not known. */
export function navigatorLayer({ techniques, range }: Coverage, name: string): NavigatorLayer {
  return {
    name,
    versions: { navigator: "5.1.0", layer: "4.5" },
    domain: "enterprise-attack",
    description: `Detection rules per technique, ${range.from} to ${range.to}. Score: rules whose logs arrive.`,
    sorting: 3,
    hideDisabled: false,
    techniques: techniques.flatMap((one) => {
      const places = one.tactics.length > 0 ? one.tactics : [undefined];
      return places.map((tactic) => ({
        techniqueID: one.id,
        ...(tactic !== undefined && { tactic }),
        score: one.canFire ?? one.enabled,
        enabled: true,
        metadata: [
          { name: "rules", value: String(one.rules) },
          { name: "enabled", value: String(one.enabled) },
          ...(one.detections === null ? [] : [{ name: "detections", value: String(one.detections) }]),
        ],
        showSubtechniques: false,
      }));
    }),
    gradient: { colors: ["#ffffff", "#9fb8d1", "#1f4e79"], minValue: 0, maxValue: MAX_SCORE },
  };
}
