import { knownFields } from "../alias/candidates.ts";
import type { RuleSource } from "../read-rules.ts";
import { isList, isMap, textOf, textsOf, type Yaml, type YamlMap } from "../rule/value.ts";
import { type Line, readAnyDocuments, readDocuments } from "../rule/yaml.ts";
import { type CompileOptions, compileRules } from "../rule-set.ts";
import { selectionUses } from "./condition-use.ts";
import type { Finding, FindingCode } from "./finding.ts";
import { nearest } from "./near.ts";
import { oddTag } from "./tags.ts";

type Path = readonly (string | number)[];
type Add = (code: FindingCode, path: Path, values?: Finding["values"]) => void;

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const MAX_TITLE = 100;
/** Findings of one file past this are left out. */
const MAX_FINDINGS = 200;

/** All that is wrong or odd in one rule file, by line. Never throws. */
export function lintRules(source: RuleSource, options: CompileOptions = {}): Finding[] {
  const lines = source.text.split("\n");
  const place = (line: Line) => ({ line: line ?? 1, column: columnOf(lines[(line ?? 1) - 1] ?? "") });
  const { rejected, replaced } = compileRules([source], options);
  const findings: Finding[] = rejected.map(({ line, reason }) => ({
    code: "broken",
    severity: "error",
    ...place(line),
    values: { reason },
  }));
  const documents = readDocuments(source.text).length > 1 ? readAnyDocuments(source.text) : readDocuments(source.text);
  for (const document of documents) {
    if (document.kind !== "value" || !isMap(document.value)) continue;
    lintDocument(document.value, (code, path, values = {}) =>
      findings.push({ code, severity: "warning", ...place(document.lineOf(path)), values }),
    );
  }
  if (replaced.length > 0) {
    const other = "another rule of this file";
    findings.push({ code: "duplicate-id", severity: "warning", ...place(undefined), values: { other } });
  }
  return findings.toSorted((one, two) => one.line - two.line || one.column - two.column).slice(0, MAX_FINDINGS);
}

/** Where the line's own text begins, behind its indentation and the dash of a list. */
const columnOf = (line: string): number => (/^[\s-]*/.exec(line)?.[0].length ?? 0) + 1;

function lintDocument(rule: YamlMap, add: Add): void {
  const isDetection = rule.has("detection");
  lintHeader(rule, add);
  for (const [at, tag] of textsOf(rule, "tags").entries()) {
    const why = oddTag(tag);
    if (why) add("odd-tag", ["tags", at], { tag, why });
  }
  const detection = rule.get("detection");
  if (!isDetection || !isMap(detection)) return;
  lintCondition(detection, add);
  lintFields(rule, { detection, add });
}

function lintHeader(rule: YamlMap, add: Add): void {
  const id = textOf(rule, "id");
  if (id === "") add("missing-id", []);
  else if (!UUID.test(id)) add("odd-id", ["id"]);
  if (textOf(rule, "level") === "" && !rule.has("filter")) add("missing-level", []);
  if (textOf(rule, "description").trim() === "") add("missing-description", []);
  const title = textOf(rule, "title").trim();
  if (title.length > MAX_TITLE) add("title-long", ["title"]);
  if (/[.。]$/u.test(title)) add("title-period", ["title"]);
  if (/^detects?\b/i.test(title)) add("title-detects", ["title"]);
  else if (/^\p{Ll}/u.test(title)) add("title-lower", ["title"]);
}

function lintCondition(detection: YamlMap, add: Add): void {
  const condition = detection.get("condition");
  const conditions = (isList(condition) ? condition : [condition]).filter((one) => typeof one === "string");
  if (conditions.length === 0) return;
  const names = [...detection.keys()].filter((name) => name !== "condition" && name !== "timeframe");
  const uses = selectionUses(conditions, names);
  let plain = 0;
  let negated = 0;
  for (const [name, use] of uses) {
    plain += use.plain;
    negated += use.negated;
    if (use.plain + use.negated === 0) add("unused-selection", ["detection", name], { name });
    else if (/^filter/i.test(name) && use.negated === 0) add("filter-not-negated", ["detection", name], { name });
    else if (/^selection/i.test(name) && use.plain === 0) add("selection-negated", ["detection", name], { name });
  }
  if (plain === 0 && negated > 0) add("only-negative", ["detection", "condition"]);
}

function lintFields(rule: YamlMap, { detection, add }: { detection: YamlMap; add: Add }): void {
  const logsource = rule.get("logsource");
  const part = (key: string) => (isMap(logsource) ? textOf(logsource, key).trim().toLowerCase() : "");
  const known = knownFields({ product: part("product"), category: part("category"), service: part("service") });
  const folded = new Set(known.map((name) => name.toLowerCase()));
  for (const { key, value, path } of fieldsIn(detection, ["detection"])) {
    const [field = "", ...modifiers] = key.split("|");
    if (modifiers.includes("all") && !(isList(value) && value.length > 1)) add("all-of-one", path, { field: key });
    const near = field === "" || folded.has(field.toLowerCase()) ? undefined : nearest(field, known);
    if (near) add("unknown-field", path, { field, near });
  }
}

type FieldAt = { readonly key: string; readonly value: Yaml; readonly path: Path };

/** The fields of every selection, which is a map of them or a list of such maps. */
function fieldsIn(detection: YamlMap, path: Path): FieldAt[] {
  return [...detection].flatMap(([name, search]) => {
    const maps = isList(search)
      ? search.map((item, at) => ({ item, path: [...path, name, at] }))
      : [{ item: search, path: [...path, name] }];
    return maps.flatMap(({ item, path: at }) =>
      isMap(item) ? [...item].map(([key, value]) => ({ key, value, path: [...at, key] })) : [],
    );
  });
}
