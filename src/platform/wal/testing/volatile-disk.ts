import type { Disk, DiskFile } from "../disk.ts";
import { systemError } from "./fixtures.ts";

const SECTOR_BYTES = 512;

/** A number from 0 up to, not including, `below`. */
export type Pick = (below: number) => number;

type Change = { readonly at: number; readonly bytes: Buffer } | { readonly length: number };
/** Contents as every process sees them, as the platter has them, and what lies between the two. */
type Inode = { live: Buffer; durable: Buffer; pending: Change[] };
/** A name that was given to a file or taken away, not yet durable. */
type Naming = { readonly path: string; readonly inode: Inode | undefined };

/**
 * A disk in memory that loses power: only what was synced is sure to be there afterwards. Of the rest any part may have reached the
 * platter: whole writes or single sectors of them, in any order, and names of files apart from their contents.
 */
export class VolatileDisk implements Disk {
  #names: Map<string, Inode>;
  readonly #durableNames: Map<string, Inode>;
  #namings: Naming[] = [];
  #stepsLeft = Number.POSITIVE_INFINITY;
  #powerOff = (): void => undefined;
  /** Operations that change something, since the start. */
  steps = 0;

  constructor(names: ReadonlyMap<string, Buffer> = new Map()) {
    const inodes = [...names].map(([path, bytes]): [string, Inode] => [
      path,
      { live: bytes, durable: bytes, pending: [] },
    ]);
    this.#names = new Map(inodes);
    this.#durableNames = new Map(inodes);
  }

  /** Resolves when the power has failed, in the middle of the step after so many more. Nothing is answered from then on. */
  failAfter(steps: number): Promise<void> {
    this.#stepsLeft = steps;
    return new Promise((off) => {
      this.#powerOff = off;
    });
  }

  /** What the next start finds. */
  afterPowerLoss(pick: Pick): VolatileDisk {
    const names = new Map(this.#durableNames);
    for (const { path, inode } of this.#namings) {
      if (pick(2) === 0) continue;
      if (inode === undefined) names.delete(path);
      else names.set(path, inode);
    }
    return new VolatileDisk(new Map([...names].map(([path, inode]) => [path, survivorOf(inode, pick)])));
  }

  async open(path: string, flags: "r" | "r+" | "w" | "wx+"): Promise<DiskFile> {
    const known = this.#names.get(path);
    if (known === undefined && flags.startsWith("r")) throw systemError("ENOENT");
    if (known !== undefined && flags === "wx+") throw systemError("EEXIST");
    if (known !== undefined && flags.startsWith("r")) return this.#fileOf(known);
    const inode = known ?? { live: Buffer.alloc(0), durable: Buffer.alloc(0), pending: [] };
    if (known === undefined) await this.#step(() => this.#name(path, inode));
    else await this.#step(() => change(inode, { length: 0 }));
    return this.#fileOf(inode);
  }

  async list(directory: string): Promise<string[]> {
    return [...this.#names.keys()].flatMap((path) =>
      path.startsWith(`${directory}/`) ? [path.slice(directory.length + 1)] : [],
    );
  }

  async rename(from: string, to: string): Promise<void> {
    const inode = this.#names.get(from);
    if (inode === undefined) throw systemError("ENOENT");
    await this.#step(() => {
      this.#name(to, inode);
      this.#name(from, undefined);
    });
  }

  async remove(path: string): Promise<void> {
    if (!this.#names.has(path)) throw systemError("ENOENT");
    await this.#step(() => this.#name(path, undefined));
  }

  /** A sync that the power failure interrupts has done nothing: that is the worst it can do. */
  async syncDirectory(): Promise<void> {
    const [namings, names] = [this.#namings.length, new Map(this.#names)];
    await this.#step(() => undefined);
    this.#durableNames.clear();
    for (const [path, inode] of names) this.#durableNames.set(path, inode);
    this.#namings = this.#namings.slice(namings);
  }

  #name(path: string, inode: Inode | undefined): void {
    if (inode === undefined) this.#names.delete(path);
    else this.#names.set(path, inode);
    this.#namings.push({ path, inode });
  }

  #fileOf(inode: Inode): DiskFile {
    return {
      read: async (buffer, offset, length, position) => ({
        bytesRead: inode.live.copy(buffer, offset, position, Math.min(position + length, inode.live.length)),
      }),
      writev: async (buffers, at) => {
        const bytes = Buffer.concat(buffers);
        await this.#step(() => change(inode, { at, bytes }));
        return { bytesWritten: bytes.length };
      },
      truncate: (length) => this.#step(() => change(inode, { length })),
      datasync: async () => {
        const [count, live] = [inode.pending.length, Buffer.from(inode.live)];
        await this.#step(() => undefined);
        inode.durable = live;
        inode.pending = inode.pending.slice(count);
      },
      stat: async () => ({ size: inode.live.length }),
      close: async () => undefined,
    };
  }

  async #step(work: () => void): Promise<void> {
    if (this.#stepsLeft < 0) return new Promise(() => undefined);
    work();
    this.steps += 1;
    this.#stepsLeft -= 1;
    if (this.#stepsLeft >= 0) return;
    this.#powerOff();
    await new Promise(() => undefined);
  }
}

function change(inode: Inode, what: Change): void {
  inode.pending.push(what);
  inode.live = applied(inode.live, what);
}

function applied(to: Buffer, what: Change): Buffer {
  const length = "length" in what ? what.length : Math.max(to.length, what.at + what.bytes.length);
  const next = Buffer.alloc(length);
  to.copy(next);
  if ("bytes" in what) what.bytes.copy(next, what.at);
  return next;
}

/** Of each change that was not synced: nothing, all, or some sectors of it. */
function survivorOf({ durable, pending }: Inode, pick: Pick): Buffer {
  let bytes = durable;
  for (const what of pending) {
    const fate = pick(3);
    if (fate === 0) continue;
    if (fate === 1 || "length" in what) bytes = applied(bytes, what);
    else for (const part of sectorsOf(what)) if (pick(2) === 0) bytes = applied(bytes, part);
  }
  return bytes;
}

function sectorsOf({ at, bytes }: { readonly at: number; readonly bytes: Buffer }): Change[] {
  const parts: Change[] = [];
  for (let from = 0; from < bytes.length; ) {
    const to = Math.min(bytes.length, from + SECTOR_BYTES - ((at + from) % SECTOR_BYTES));
    parts.push({ at: at + from, bytes: bytes.subarray(from, to) });
    from = to;
  }
  return parts;
}
