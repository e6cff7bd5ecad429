/** One rule text and where it came from: a file path, or `own/<id>`. A text may hold several YAML documents. */
export type RuleText = {
  readonly text: string;
  readonly origin: string;
  /** Ids of its rules that are switched off and stay, silent: correlations, and rules that correlations need. */
  readonly muted?: readonly string[];
  /** Ids of its correlations on trial: the rules that they list go on alerting. */
  readonly trial?: readonly string[];
};

/** A YAML document inside a text, by lines: [startLine, endLine), its leading `---` included. */
export type RuleDocumentPart = {
  readonly startLine: number;
  readonly endLine: number;
  /** "" when the document names none. */
  readonly id: string;
  readonly status: string;
  readonly tags: readonly string[];
  /** Our own attribute `title_ja`: Sigma allows custom ones. "" = the rule has no Japanese title. */
  readonly titleJa: string;
  readonly isCorrelation: boolean;
  readonly isFilter: boolean;
};

const SEPARATOR = /^---(?=\s|$)/;

/** The documents of a text, without parsing YAML: 3,000 files are read in milliseconds, broken ones included. */
export function splitDocuments(text: string): RuleDocumentPart[] {
  const lines = text.split("\n");
  const starts = [0, ...lines.flatMap((line, index) => (index > 0 && SEPARATOR.test(line) ? [index] : []))];
  return starts.map((startLine, index) => {
    const endLine = starts[index + 1] ?? lines.length;
    return { startLine, endLine, ...readHeader(lines.slice(startLine, endLine)) };
  });
}

/** Whether the rule of this id is a correlation; of a text that names no such id, whether its first document is. */
export function isCorrelation(text: string, id: string): boolean {
  const parts = splitDocuments(text);
  return (parts.find((part) => part.id === id) ?? parts[0])?.isCorrelation === true;
}

/** The lines of one document. */
export function documentText(text: string, part: RuleDocumentPart): string {
  return text.split("\n").slice(part.startLine, part.endLine).join("\n");
}

/** The text with some documents emptied, line by line, so that every other line keeps its number. */
export function blankDocuments(text: string, parts: readonly RuleDocumentPart[]): string {
  const lines = text.split("\n");
  for (const { startLine, endLine } of parts) lines.fill("", startLine, endLine);
  return lines.join("\n");
}

/** The top-level scalar of a document, such as its title; "" when it has none. */
export const headerScalar = (text: string, key: string): string => scalarIn(text.split("\n"), key);

function scalarIn(lines: readonly string[], key: string): string {
  const line = lines.find((candidate) => candidate.startsWith(`${key}:`));
  return line === undefined ? "" : unquote(line.slice(key.length + 1));
}

/** Top-level scalars only: Sigma keeps id, status and tags there. */
function readHeader(lines: readonly string[]): Omit<RuleDocumentPart, "startLine" | "endLine"> {
  const scalar = (key: string): string => scalarIn(lines, key);
  return {
    id: scalar("id"),
    status: scalar("status"),
    tags: readTags(lines),
    titleJa: scalar("title_ja"),
    isCorrelation: lines.some((line) => line.startsWith("correlation:")),
    isFilter: lines.some((line) => line.startsWith("filter:")),
  };
}

function readTags(lines: readonly string[]): string[] {
  const at = lines.findIndex((line) => line.startsWith("tags:"));
  if (at < 0) return [];
  const inline = /^tags:\s*\[(.*)\]/.exec(lines[at] ?? "");
  if (inline) return (inline[1] ?? "").split(",").map(unquote).filter(Boolean);
  const tags: string[] = [];
  for (const line of lines.slice(at + 1)) {
    const item = /^\s*-\s+(.*)$/.exec(line);
    if (item) tags.push(unquote(item[1] ?? ""));
    else if (!/^\s*(#.*)?$/.test(line)) break;
  }
  return tags.filter(Boolean).slice(0, 60);
}

function unquote(value: string): string {
  const bare = value.trim();
  const quoted = /^(["'])(.*?)\1/.exec(bare);
  return quoted ? (quoted[2] ?? "") : bare.replace(/(^|\s)#.*$/, "").trim();
}
