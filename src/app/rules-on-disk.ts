import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";

export type RuleFile = { readonly text: string; readonly origin: string };
export type RuleFiles = {
  readonly rules: readonly RuleFile[];
  /** `line` is 1: it is the whole file that was not read. */
  readonly unreadable: readonly Unreadable[];
};
export type Unreadable = { origin: string; reason: string; line: number };

const OWN_RULES = new URL("../../content/rules/", import.meta.url).pathname;
const MAX_FILES = 50_000;
const MAX_FILE_BYTES = 1 << 20;

/** Reads every .yml and .yaml below the directories; a path may also be one file. What cannot be read is listed, and stops nothing else. */
export async function readRuleFiles(directories: readonly string[], withOwn: boolean): Promise<RuleFiles> {
  const rules: RuleFile[] = [];
  const unreadable: Unreadable[] = [];
  const roots = [
    ...(withOwn ? [{ path: OWN_RULES, label: "yagura" }] : []),
    ...directories.map((path) => ({ path, label: path })),
  ];
  for (const { path, label } of roots) {
    try {
      for (const file of await ruleFilesBelow(path)) {
        const origin = join(label, relative(path, file));
        if (rules.length >= MAX_FILES)
          unreadable.push({ origin, reason: `more than ${MAX_FILES} rule files`, line: 1 });
        else await readRuleFile(file, origin, { rules, unreadable });
      }
    } catch (error) {
      unreadable.push({ origin: label, reason: messageOf(error), line: 1 });
    }
  }
  return { rules, unreadable };
}

/** Reads one file into `rules`, or lists why it cannot be read. */
export async function readRuleFile(
  file: string,
  origin: string,
  into: { rules: RuleFile[]; unreadable: Unreadable[] },
): Promise<void> {
  try {
    const { size } = await stat(file);
    if (size > MAX_FILE_BYTES) into.unreadable.push({ origin, reason: `larger than ${MAX_FILE_BYTES} bytes`, line: 1 });
    else into.rules.push({ text: await readFile(file, "utf8"), origin });
  } catch (error) {
    into.unreadable.push({ origin, reason: messageOf(error), line: 1 });
  }
}

async function ruleFilesBelow(directory: string): Promise<string[]> {
  if ((await stat(directory)).isFile()) return [directory];
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
