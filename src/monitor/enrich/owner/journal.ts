import { createReadStream } from "node:fs";
import { appendFile, mkdir, open, rename } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import type { OwnerFact } from "./fact.ts";

/** After so many facts the file is written anew, without what has been forgotten. */
const REWRITE_AFTER = 50_000;
const MAX_LINE_CHARS = 8_192;

const Line: z.ZodType<OwnerFact> = z.object({
  unitId: z.string(),
  address: z.string().min(2),
  kind: z.enum(["lease", "session", "logon"]),
  atMs: z.number(),
  untilMs: z.number(),
  host: z.string(),
  user: z.string(),
  mac: z.string(),
  session: z.string(),
});

export type OwnerJournal = {
  /** What an earlier run wrote; lines that cannot be read are left out and counted. */
  read(): Promise<{ readonly facts: readonly OwnerFact[]; readonly unreadable: number }>;
  /** Written behind the caller's back, in order. */
  append(facts: readonly OwnerFact[]): void;
  /** Resolves when everything appended is written. */
  settled(): Promise<void>;
};

type Deps = {
  readonly directory: string;
  /** Everything that is known, for writing the file anew. */
  readonly known: () => readonly OwnerFact[];
  readonly warn: (err: unknown) => void;
};

/**
 * Who had which address, one JSON line a fact, so that a restart forgets nothing. A killed process loses nothing that it appended; of a
 * power failure the last seconds may be missing, and what the log replays teaches them again.
 */
export function openOwnerJournal({ directory, known, warn }: Deps): OwnerJournal {
  const path = join(directory, "owners.jsonl");
  let last: Promise<void> = Promise.resolve();
  let appended = 0;
  // A crash may have left half a line, which the first line of this run must not be glued to.
  let start = "\n";
  const write = async (facts: readonly OwnerFact[]): Promise<void> => {
    appended += facts.length;
    const text = start + linesOf(facts);
    start = "";
    if (appended <= REWRITE_AFTER) return await appendFile(path, text, { mode: 0o600 });
    await rewrite(path, known());
    appended = 0;
  };
  return {
    read: async () => {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      return await readLines(path);
    },
    append: (facts) => {
      last = last.then(() => write(facts)).catch(warn);
    },
    settled: () => last,
  };
}

const linesOf = (facts: readonly OwnerFact[]): string => facts.map((fact) => `${JSON.stringify(fact)}\n`).join("");

/** After a crash either the old file or the new one is there, whole. */
async function rewrite(path: string, facts: readonly OwnerFact[]): Promise<void> {
  const file = await open(`${path}.new`, "w", 0o600);
  try {
    await file.writeFile(linesOf(facts));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

async function readLines(path: string): Promise<{ facts: OwnerFact[]; unreadable: number }> {
  const facts: OwnerFact[] = [];
  let unreadable = 0;
  try {
    for await (const line of createInterface({
      input: createReadStream(path, "utf8"),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      if (line === "") continue;
      const fact = line.length > MAX_LINE_CHARS ? undefined : factIn(line);
      if (fact) facts.push(fact);
      else unreadable += 1;
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  return { facts, unreadable };
}

function factIn(line: string): OwnerFact | undefined {
  try {
    return Line.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
