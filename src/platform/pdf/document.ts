/** The languages that the font covers. */
type Language = "ja" | "en";

/** A report as a tree: the PDF and the Markdown are two drawings of this one thing. */
export type Block =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "rows"; readonly rows: readonly (readonly [label: string, value: string])[] }
  | { readonly kind: "text"; readonly text: string };
export type ReportDocument = {
  readonly language: Language;
  readonly title: string;
  readonly subtitle: string;
  readonly blocks: readonly Block[];
};

/** Markdown that a word processor takes in (pandoc, Word's own import): headings, pipe tables, paragraphs, nothing else. */
export function toMarkdown({ title, subtitle, blocks }: ReportDocument): string {
  return `${[`# ${line(title)}`, escaped(subtitle), ...blocks.map(blockText)].filter(Boolean).join("\n\n")}\n`;
}

function blockText(block: Block): string {
  if (block.kind === "heading") return `## ${line(block.text)}`;
  if (block.kind === "text") return paragraphs(block.text);
  const rows = block.rows.map(([label, value]) => `| ${cell(label)} | ${cell(value)} |`);
  return ["| | |", "|---|---|", ...rows].join("\n");
}

/** Text of people and of logs stands as text: none of it becomes a link, a picture, markup or HTML. */
const escaped = (text: string): string => text.replace(/[\\`*_{}[\]<>#+|~!&^$]/g, "\\$&");
const line = (text: string): string => escaped(text.replace(/\s+/g, " ").trim());
const cell = (text: string): string => escaped(text.trim()).replace(/\s*\n\s*/g, " / ");
const paragraphs = (text: string): string =>
  text
    .split("\n")
    .map((each) => escaped(each.trimEnd()).replace(/^(\s*)(-|=|\d+[.)])/, "$1\\$2"))
    .join("  \n")
    .replace(/( {2}\n){2,}/g, "\n\n");
