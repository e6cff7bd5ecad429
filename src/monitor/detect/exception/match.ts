import { readDetection } from "../rule/detection.ts";
import type { Placeholders } from "../rule/placeholder.ts";
import { RuleProblem } from "../rule/problem.ts";
import { isMap, type Yaml, type YamlMap } from "../rule/value.ts";
import { readDocuments } from "../rule/yaml.ts";

/** What an excepted event looks like: fields with a value each, or searches and a condition as in a Sigma detection. */
export type ExceptionMatch =
  | { readonly kind: "fields"; readonly fields: readonly { readonly name: string; readonly value: string }[] }
  | { readonly kind: "sigma"; readonly text: string };

export type MatchProblem = { readonly reason: string; readonly line?: number };
export type CheckedMatch =
  | { readonly ok: true; readonly detection: YamlMap }
  | { readonly ok: false; readonly problem: MatchProblem };

/** The match as a Sigma detection whose condition holds for what is excepted; or why it is none. Never throws. */
export function readMatch(match: ExceptionMatch, placeholders: Placeholders): CheckedMatch {
  if (match.kind === "sigma") return readSigma(match.text, placeholders);
  // A map that named one field twice would lose one of the two.
  const searches = match.fields.map(({ name, value }, index): [string, Yaml] => [
    `selection_${index}`,
    new Map([[name, literal(value)]]),
  ]);
  const detection = new Map<string, Yaml>([...searches, ["condition", "all of selection_*"]]);
  return checked(detection, placeholders, () => undefined);
}

function readSigma(text: string, placeholders: Placeholders): CheckedMatch {
  const [document, second] = readDocuments(text);
  if (document === undefined || second !== undefined) return refused("write one selection and one condition");
  if (document.kind === "broken") return refused(document.reason, document.line);
  const { value, lineOf } = document;
  if (!isMap(value)) return refused("the exception must be a map of selections and a condition", lineOf([]));
  for (const key of ["title", "logsource", "filter", "rules"])
    if (value.has(key)) return refused(`write the selections and the condition only, without "${key}"`, lineOf([key]));
  return checked(value, placeholders, lineOf);
}

function checked(
  detection: YamlMap,
  placeholders: Placeholders,
  lineOf: (path: readonly (string | number)[]) => number | undefined,
): CheckedMatch {
  try {
    const expression = readDetection(detection, placeholders);
    if (expression.op === "not") return refused(INVERTED, lineOf(["condition"]));
    return { ok: true, detection };
  } catch (error) {
    if (!(error instanceof RuleProblem)) throw error;
    return refused(error.message, lineOf(error.path));
  }
}

/** A Sigma filter says what stays; pasted here as it is, it would except everything else. */
const INVERTED =
  'the condition must say what is excepted: as a bare "not" it would except everything that the selection does not match';

const refused = (reason: string, line?: number): CheckedMatch => ({
  ok: false,
  problem: { reason, ...(line !== undefined && { line }) },
});

/** The text as a Sigma value that stands for itself alone. */
const literal = (value: string): string => value.replace(/[\\*?]/g, "\\$&");
