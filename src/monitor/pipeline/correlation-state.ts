import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { CorrelationSnapshot } from "../detect/index.ts";

/** What correlation knew when every record of the stream up to `seq` was stored. */
export type CorrelationState = {
  readonly stream: number;
  readonly seq: number;
  readonly snapshot: CorrelationSnapshot;
};

const VERSION = 1;

/** The state as last saved; undefined when there is none. Rejects when it cannot be read. */
export async function readCorrelationState(directory: string): Promise<CorrelationState | undefined> {
  const bytes = await readFile(join(directory, "windows")).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return bytes && checked(deserialize(bytes));
}

/** Replaces the saved state; after a crash either the old one or the new one is there, whole. Returns its bytes. */
export async function writeCorrelationState(directory: string, state: CorrelationState): Promise<number> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const bytes = serialize({ version: VERSION, ...state });
  const path = join(directory, "windows");
  const file = await open(`${path}.new`, "w", 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  const folder = await open(directory, "r");
  await folder.sync().finally(() => folder.close());
  return bytes.length;
}

/** The file is ours, but a disk may lie, and an older or newer version may have written it. */
function checked(value: unknown): CorrelationState {
  const isWhole =
    typeof value === "object" &&
    value !== null &&
    "version" in value &&
    value.version === VERSION &&
    "stream" in value &&
    typeof value.stream === "number" &&
    "seq" in value &&
    typeof value.seq === "number" &&
    "snapshot" in value &&
    typeof value.snapshot === "object";
  if (!isWhole) throw new Error("the saved state of correlation is damaged or of another version");
  return asState(value);
}

/** Guarantee: called for what `checked` has seen to be of our version; the engine checks its arrays when it restores them. */
const asState = (value: object): CorrelationState => value as CorrelationState;
