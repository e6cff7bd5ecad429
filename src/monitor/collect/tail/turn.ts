import type { Followed } from "./followed.ts";
import { ENDED_AFTER_MS, readOn, type StepDeps } from "./read-on.ts";

/** Chunks of one file before the others have their turn. */
const CHUNKS_A_TURN = 16;

export type TurnDeps = Omit<StepDeps, "nowMs" | "tell"> & {
  readonly now: () => number;
  readonly tell: (path: string, error: unknown) => void;
  /** A file was read: what was told of it does not hold any more. */
  readonly onRead: (path: string) => void;
  /** Closes the file and lets its place rest. Never rejects. */
  readonly release: (file: Followed) => Promise<void>;
};

/** Reads each file a bit. True when there is more to read at once. Never rejects for a file: it is told, and the others go on. */
export async function readTurn(
  files: Iterable<Followed>,
  { deps, signal }: { deps: TurnDeps; signal: AbortSignal },
): Promise<boolean> {
  let isBusy = false;
  // Those that lost their names come first, and a successor waits for its predecessor: lines stay in order.
  const order = [...files].sort((a, b) => Number(b.isRotated) - Number(a.isRotated));
  const unfinished = new Set<string>();
  for (const file of order) {
    if (signal.aborted) break;
    if (!file.isRotated && unfinished.has(file.place.path)) continue;
    const hasMore = await readFile(file, deps, signal);
    if (hasMore !== "no") unfinished.add(file.place.path);
    isBusy ||= hasMore === "now";
  }
  return isBusy;
}

async function readFile(file: Followed, deps: TurnDeps, signal: AbortSignal): Promise<"no" | "now" | "later"> {
  const { now, release, onRead } = deps;
  try {
    for (let chunks = 0; chunks < CHUNKS_A_TURN && !signal.aborted; chunks++) {
      const step = await readOn(file, { ...deps, nowMs: now() });
      file.failingSinceMs = undefined;
      if (step === "ended") await release(file);
      if (step === "wait") return "later";
      if (step !== "more") return "no";
      onRead(file.place.path);
    }
    return "now";
  } catch (error) {
    deps.tell(file.place.path, error);
    await giveUp(file, error, deps);
    return "no";
  }
}

/**
 * A file that has its name is opened anew at the next look. One that lost it is tried for a while, unless its server says that
 * it is gone (ESTALE); its successor does not wait for that.
 */
async function giveUp(file: Followed, error: unknown, { now, release }: TurnDeps): Promise<void> {
  file.failingSinceMs ??= now();
  const isGone = error instanceof Error && "code" in error && error.code === "ESTALE";
  if (!file.isRotated || isGone || now() - file.failingSinceMs >= ENDED_AFTER_MS) await release(file);
}
