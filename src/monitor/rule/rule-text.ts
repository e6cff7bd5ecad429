import { isMap, isScalar, isSeq, parseDocument } from "yaml";

/** What a rule says of itself beyond what matching needs. Missing or odd parts are "" and []. */
export type RuleStory = {
  readonly description: string;
  /** Our own attribute `description_ja`. */
  readonly descriptionJa: string;
  readonly references: string[];
  readonly falsePositives: string[];
  readonly date: string;
  readonly modified: string;
  readonly license: string;
};

const NOTHING: RuleStory = {
  description: "",
  descriptionJa: "",
  references: [],
  falsePositives: [],
  date: "",
  modified: "",
  license: "",
};
const MAX_ITEMS = 100;

/** Reads the descriptive parts of one Sigma document (Sigma specification 2.1, "Components"). Never throws. */
export function readRuleStory(text: string): RuleStory {
  try {
    const document = parseDocument(text, { schema: "failsafe", uniqueKeys: false });
    const root = document.contents;
    if (!isMap(root)) return NOTHING;
    const scalar = (key: string): string => textOf(root.get(key, true));
    const list = (key: string): string[] => textsOf(root.get(key, true));
    return {
      description: scalar("description"),
      descriptionJa: scalar("description_ja"),
      references: list("references"),
      falsePositives: list("falsepositives"),
      date: scalar("date"),
      modified: scalar("modified"),
      license: scalar("license"),
    };
  } catch {
    return NOTHING;
  }
}

const textOf = (node: unknown): string => (isScalar(node) && typeof node.value === "string" ? node.value.trim() : "");

function textsOf(node: unknown): string[] {
  if (!isSeq(node)) return textOf(node) === "" ? [] : [textOf(node)];
  return node.items.map(textOf).filter(Boolean).slice(0, MAX_ITEMS);
}
