import type { Readable } from "node:stream";
import { Tape } from "../../../../platform/archive/index.ts";
import { type Gathered, Gatherer, LIMITS, tooLarge } from "../gather.ts";
import type { Git } from "./git-run.ts";

type Blob = { readonly object: string; readonly path: string; readonly size: number };

/**
 * The rule files of a commit, read as git stores them: no attribute of the repository changes, hides or fills in anything, and no
 * index of the whole tree is built, which a tree of a few objects can make as large as it likes.
 */
export async function readTree(git: Git, commit: string, folder: string): Promise<Gathered> {
  const gatherer = new Gatherer();
  const listing = ["-C", "repository", "ls-tree", "-r", "-z", "-l", "--full-tree", commit];
  const blobs = await git.read(listing, (output) => wantedIn(output, gatherer));
  const lines = blobs.map(({ object }) => `${object}\n`);
  if (blobs.length > 0)
    await git.read(["-C", "repository", "cat-file", "--batch"], (output) => addAll(output, blobs, gatherer), lines);
  return gatherer.done({ folder, isArchive: false });
}

async function wantedIn(output: Readable, gatherer: Gatherer): Promise<readonly Blob[]> {
  const blobs: Blob[] = [];
  let bytes = 0;
  for await (const entry of entriesOf(output)) {
    const { mode, path, size } = entry;
    const isWanted = gatherer.wants(path);
    if (mode === "160000") gatherer.leaveOut(path, "it is a submodule: import that repository as a pack of its own");
    if (!isWanted || mode === "160000") continue;
    const problem =
      mode === "120000"
        ? "the entry is a symbolic link"
        : size > LIMITS.fileBytes && `the file is larger than ${LIMITS.fileBytes} bytes`;
    if (problem !== false) {
      gatherer.leaveOut(path, problem);
      continue;
    }
    blobs.push(entry);
    bytes += size;
    if (blobs.length > LIMITS.files) throw tooLarge(`has more than ${LIMITS.files.toLocaleString("en")} rule files`);
    if (bytes > LIMITS.bytes) throw tooLarge(`has more than ${LIMITS.bytes >> 20} MiB of rules`);
  }
  return blobs;
}

/** An entry is far shorter than this; a longer one has a name that nothing could unpack. */
const MAX_ENTRY_BYTES = 64 * 1024;
/** `<mode> <type> <object> <size, padded> TAB <path> NUL`; a submodule's size is `-`. Source: git-ls-tree(1). */
const ENTRY = /^(\d{6}) \w+ ([0-9a-f]{40,64}) +(\d+|-)\t(.+)$/s;

async function* entriesOf(output: Readable): AsyncGenerator<Blob & { readonly mode: string }> {
  let held = Buffer.alloc(0);
  for await (const chunk of output) {
    held = Buffer.concat([held, chunk]);
    let at = 0;
    for (let end = held.indexOf(0); end >= 0; end = held.indexOf(0, at)) {
      const [, mode = "", object = "", size = "", path = ""] = ENTRY.exec(held.toString("utf8", at, end)) ?? [];
      if (object === "") throw unreadable();
      yield { mode, object, path, size: size === "-" ? 0 : Number(size) };
      at = end + 1;
    }
    held = held.subarray(at);
    if (held.length > MAX_ENTRY_BYTES) throw unreadable();
  }
}

/** `<object> blob <size> LF <content> LF` for each line asked. Source: git-cat-file(1). */
async function addAll(output: Readable, blobs: readonly Blob[], gatherer: Gatherer): Promise<void> {
  const tape = new Tape(output);
  for (const { object, path, size } of blobs) {
    const head = `${object} blob ${size}\n`;
    const told = await tape.take(head.length);
    if (told?.toString("latin1") !== head) throw unreadable();
    const content = await tape.take(size + 1);
    if (content === undefined) throw unreadable();
    gatherer.addBytes(path, Buffer.from(content.subarray(0, size)));
  }
}

const unreadable = (): Error => new Error("git's output is broken or cut");
