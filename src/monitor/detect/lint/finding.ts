/** What can be said of a rule beyond whether it compiles; `values` fill the words of a message in any language. */
export type FindingCode =
  | "broken"
  | "missing-id"
  | "odd-id"
  | "duplicate-id"
  | "missing-level"
  | "missing-description"
  | "title-long"
  | "title-period"
  | "title-detects"
  | "title-lower"
  | "unused-selection"
  | "filter-not-negated"
  | "selection-negated"
  | "only-negative"
  | "odd-tag"
  | "unknown-field"
  | "all-of-one"
  | FilterFindingCode;
/** What is odd about a Sigma filter beside the rules that it meets. */
type FilterFindingCode = "filter-inverted" | "filter-unknown-rules" | "filter-unfit" | "filter-too-large";

/** A filter's finding before its place is known. `values.rules`: the rules it is about. */
export type FilterWarning = { readonly code: FilterFindingCode; readonly values: Readonly<Record<string, string>> };

export type Finding = {
  readonly code: FindingCode;
  /** `error`: the rule does not run. */
  readonly severity: "error" | "warning";
  /** From 1. The column is where the line's own text begins. */
  readonly line: number;
  readonly column: number;
  readonly values: Readonly<Record<string, string>>;
};

const MESSAGES: Readonly<Record<FindingCode, string>> = {
  broken: "{reason}",
  "missing-id": "the rule has no id: switches, exceptions and alerts hang on it; give it a new UUID",
  "odd-id": "the id is no UUID",
  "duplicate-id": "the id is also that of {other}: only the last of them runs",
  "missing-level": 'the rule has no level; "medium" is taken',
  "missing-description": "the rule has no description: say what it finds and why that matters",
  "title-long": "the title is longer than 100 characters",
  "title-period": "the title ends with a period",
  "title-detects": 'the title begins with "Detects": name what is found instead',
  "title-lower": "the title begins with a small letter",
  "unused-selection": '"{name}" is not used by the condition',
  "filter-not-negated": '"{name}" is called a filter and the condition does not negate it',
  "selection-negated": '"{name}" is called a selection and the condition only negates it',
  "only-negative": "the condition says only what is not: it fires on nearly every event of the log source",
  "odd-tag": '"{tag}" is no tag that is known: {why}',
  "unknown-field": 'no event of this log source is known to have "{field}"; is "{near}" meant?',
  "all-of-one": '"{field}" asks for all of a single value',
  "filter-inverted":
    'the filter keeps only what its condition matches, because nothing in it is negated: to take that out, write "not"',
  "filter-unknown-rules": "the filter names rules that are not there: {rules}",
  "filter-unfit": "the filter's log source does not fit {rules}",
  "filter-too-large": "the filter is not applied to {rules}: together they come to more than {most} tests",
};

/** The finding in English, for terminals and logs. */
export function messageOf({ code, values }: Pick<Finding, "code" | "values">): string {
  return MESSAGES[code].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
}
