const TACTICS = new Set(
  (
    "reconnaissance resource-development initial-access execution persistence privilege-escalation defense-evasion stealth " +
    "defense-impairment credential-access discovery lateral-movement collection command-and-control exfiltration impact " +
    "inhibit-response-function impair-process-control evasion"
  ).split(" "),
);
/** Techniques, groups, software, mitigations, data sources, campaigns. */
const ATTACK_ID = /^(?:t\d{4}(?:\.\d{3})?|[gsmc]\d{4}|ds\d{4}|ta\d{4})$/;
/** Sigma's tag specification 2.1; other namespaces are allowed and left alone. */
const SHAPES: Readonly<Record<string, RegExp>> = {
  cve: /^\d{4}[-.]\d{4,}$/,
  car: /^\d{4}-\d{2}-\d{3}$/,
  tlp: /^(?:red|amber|amber-strict|green|clear|white)$/,
  d3fend: /^(?:d3[-a-z0-9]+|(?:model|harden|detect|isolate|deceive|evict|restore))$/,
  detection: /^(?:dfir|emerging-threats|threat-hunting)$/,
};

/** Why a tag is odd, or undefined. */
export function oddTag(tag: string): string | undefined {
  if (tag !== tag.toLowerCase()) return "tags are written in small letters";
  const dot = tag.indexOf(".");
  if (dot <= 0 || dot === tag.length - 1) return "a tag is a namespace, a dot and a name";
  const [namespace, name] = [tag.slice(0, dot), tag.slice(dot + 1)];
  if (namespace === "attack") {
    if (ATTACK_ID.test(name) || TACTICS.has(name.replaceAll("_", "-"))) return undefined;
    return "it is neither a tactic of ATT&CK nor the shape of one of its ids";
  }
  const shape = Object.hasOwn(SHAPES, namespace) ? SHAPES[namespace] : undefined;
  return shape && !shape.test(name) ? `names of "${namespace}" have another shape` : undefined;
}
