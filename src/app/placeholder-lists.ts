import { readdir, readFile, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";

export type PlaceholderLists = {
  /** By placeholder name, without the percent signs. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly unreadable: readonly { origin: string; reason: string; line: number }[];
};

type Wanted = {
  /** Directories of `Name.txt`, one value a line. */
  readonly lists: readonly string[];
  /** Lists written into the settings; one of these stands in for a file of its name. */
  readonly placeholders: Readonly<Record<string, readonly string[]>>;
};

const MAX_LISTS = 1000;
const MAX_FILE_BYTES = 1 << 20;
const MAX_VALUES = 10_000;

/** Reads what the `%Name%` of rules with the `expand` modifier stand for. What cannot be read is listed and stops nothing else. */
export async function readPlaceholderLists({ lists: directories, placeholders }: Wanted): Promise<PlaceholderLists> {
  const lists = new Map<string, readonly string[]>();
  const unreadable: { origin: string; reason: string; line: number }[] = [];
  for (const file of await filesOf(directories, unreadable)) {
    const read = await readOne(file);
    if (typeof read === "string") unreadable.push({ origin: file, reason: read, line: 1 });
    else if (lists.size >= MAX_LISTS)
      unreadable.push({ origin: file, reason: `more than ${MAX_LISTS} lists`, line: 1 });
    else lists.set(basename(file, extname(file)), read);
  }
  for (const [name, values] of Object.entries(placeholders)) lists.set(name, values);
  return { lists: Object.fromEntries(lists), unreadable };
}

async function filesOf(
  directories: readonly string[],
  unreadable: { origin: string; reason: string; line: number }[],
): Promise<string[]> {
  const files: string[] = [];
  for (const directory of directories) {
    try {
      const entries = await readdir(directory, { withFileTypes: true });
      const names = entries.filter((entry) => entry.isFile() && /\.txt$/i.test(entry.name)).map(({ name }) => name);
      files.push(...names.sort().map((name) => join(directory, name)));
    } catch (error) {
      unreadable.push({ origin: directory, reason: messageOf(error), line: 1 });
    }
  }
  return files;
}

/** The file's values, or why it has none. */
async function readOne(file: string): Promise<readonly string[] | string> {
  try {
    if ((await stat(file)).size > MAX_FILE_BYTES) return `larger than ${MAX_FILE_BYTES} bytes`;
    const lines = (await readFile(file, "utf8")).replace(/^\ufeff/, "").split(/\r?\n/);
    const values = [...new Set(lines.map((line) => line.trim()).filter((line) => line !== "" && line[0] !== "#"))];
    return values.length > MAX_VALUES ? `more than ${MAX_VALUES} values` : values;
  } catch (error) {
    return messageOf(error);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
