import { type FileHandle, mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { AppError } from "../../../kernel/errors.ts";
import { saveFile } from "../save-file.ts";

const Ranges = z.array(z.tuple([z.int().min(0), z.int().min(0)]));
export const Line = z.discriminatedUnion("is", [
  /** Dealt with: all its events are in the log, or (`aside`) it is not read again. */
  z.object({ is: z.literal("done"), key: z.string(), version: z.string(), aside: z.boolean() }),
  z.object({ is: z.literal("gone"), keys: z.array(z.string()) }),
  /** All keys up to this one are dealt with. */
  z.object({ is: z.literal("after"), key: z.string() }),
  /** Being read: which events are in the log's records up to `seq`; null = none is on its way. */
  z.object({ is: z.literal("reading"), batch: z.string(), seq: z.int().min(0).nullable(), ranges: Ranges }),
]);
export type Line = z.infer<typeof Line>;

/** Lines of JSON that only grow, each durable when `add` resolves; written anew, shorter, now and then. */
export class Journal {
  readonly #path: string;
  #file: FileHandle | undefined;
  /** Written since it was last written anew. */
  added = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Rejects with AppError `conflict` when the lines cannot be understood: reading all again must be a person's choice. */
  async read(): Promise<Line[]> {
    const text = await readFile(this.#path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "";
      throw error;
    });
    const lines = text.split("\n");
    // A kill may have cut the last one; it was not yet believed by anybody.
    lines.pop();
    try {
      return lines.map((line) => Line.parse(JSON.parse(line)));
    } catch (cause) {
      const message = `${this.#path} is damaged or of another version. Remove it to take all that lies there again.`;
      throw new AppError("conflict", message, {}, cause);
    }
  }

  async add(line: Line): Promise<void> {
    if (this.#file === undefined) throw new Error("the journal was not written anew before it is added to");
    try {
      await this.#file.appendFile(`${JSON.stringify(line)}\n`);
      await this.#file.datasync();
      this.added += 1;
    } catch (error) {
      // Half a line may stand there: nothing may follow it.
      await this.close();
      throw error;
    }
  }

  get isOpen(): boolean {
    return this.#file !== undefined;
  }

  async rewrite(lines: readonly Line[]): Promise<void> {
    await this.close();
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    await saveFile(this.#path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    this.#file = await open(this.#path, "a", 0o600);
    this.added = 0;
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}
