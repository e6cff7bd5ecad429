import { AppError } from "../../../kernel/errors.ts";
import { newId } from "../../../kernel/ids.ts";
import type { PackPreview } from "./contract.ts";
import type { Gathered } from "./gather.ts";

/** What was read and looked at, and waits to be imported. `base`: the version in force when it was looked at. */
export type Staged = { readonly preview: PackPreview; readonly gathered: Gathered; readonly base: number | null };

const MAX_STAGED = 6;
/** Texts of one person's previews together. */
const MAX_OWNER_BYTES = 64 << 20;
const KEPT_MS = 30 * 60_000;
/** Reading holds an archive and its texts in memory. */
const MAX_READING = 2;

/**
 * Previews that wait for their owner's word, in memory: what is imported is exactly what was shown. The oldest go when there are
 * more than six, or one person's texts take up more than 64 MiB, and all go after half an hour.
 */
export class Staging {
  readonly #staged = new Map<string, Staged & { readonly ownerId: string; readonly untilMs: number }>();
  #reading = 0;

  /** Errors: `over_limit` when two are being read already. */
  async reading<T>(work: () => Promise<T>): Promise<T> {
    if (this.#reading >= MAX_READING) {
      throw new AppError("over_limit", "Two packs are being read already. Try again when they are done.");
    }
    this.#reading += 1;
    try {
      return await work();
    } finally {
      this.#reading -= 1;
    }
  }

  newId(): string {
    return newId("preview");
  }

  keep(ownerId: string, staged: Staged, nowMs: number): void {
    this.#drop(nowMs);
    this.#staged.set(staged.preview.previewId, { ...staged, ownerId, untilMs: nowMs + KEPT_MS });
    const own = [...this.#staged].filter(([, one]) => one.ownerId === ownerId);
    let bytes = own.reduce((sum, [, { preview }]) => sum + preview.counts.bytes, 0);
    for (const [id, { preview }] of own) {
      if (bytes <= MAX_OWNER_BYTES || id === staged.preview.previewId) break;
      this.#staged.delete(id);
      bytes -= preview.counts.bytes;
    }
    for (const [id] of this.#staged) if (this.#staged.size > MAX_STAGED) this.#staged.delete(id);
  }

  /** Errors: `not_found` for what is gone or another person's. */
  of(ownerId: string, previewId: string, nowMs: number): Staged {
    this.#drop(nowMs);
    const staged = this.#staged.get(previewId);
    if (staged?.ownerId === ownerId) return staged;
    throw new AppError("not_found", "This preview is no longer held. Read the pack again.");
  }

  forget(previewId: string): void {
    this.#staged.delete(previewId);
  }

  #drop(nowMs: number): void {
    for (const [id, { untilMs }] of this.#staged) if (untilMs <= nowMs) this.#staged.delete(id);
  }
}
