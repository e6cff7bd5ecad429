import { AppError } from "../../kernel/errors.ts";
import type { CollectLimits, FilePart, FileProblem, OpenFile } from "../../monitor/collect/index.ts";
import { entriesOf, isTar } from "../../platform/archive/index.ts";
import { type ContentOptions, isBinary, openContent, peek, unpacked } from "./decode.ts";
import { reasonOf } from "./files.ts";
import { isZip, type ZipMember, zipMembers } from "./zip.ts";

/** More files in one archive are nobody's logs. */
const MAX_MEMBERS = 100_000;

type PartLimits = {
  readonly maxEventBytes: number;
  /** Of everything that comes out together. */
  readonly maxBytes: number;
  /** Bytes out per byte in, judged once `graceBytes` are out. */
  readonly ratio: number;
  readonly graceBytes: number;
};
export type PartsOptions = Omit<ContentOptions, "onLoss"> &
  PartLimits & {
    readonly name: string;
    /** A folder for a ZIP archive while it is read: its table of contents comes last. */
    readonly spool: string;
    readonly onProblem: (problem: FileProblem) => void;
  };

/**
 * The logs in a file: the file itself, or those of an archive (ZIP, tar) one after another, each told by its bytes. Folders and hidden
 * files are left out; what cannot be read becomes a problem and the next goes on. Errors: `too_large` (a bomb), `invalid` (cut, corrupt).
 */
export async function* openParts(source: AsyncIterable<Buffer>, options: PartsOptions): AsyncGenerator<FilePart> {
  const measure = new Measure(options);
  const { head, bytes } = await reading(() => unpacked(measure.taken(source)));
  if (isZip(head)) yield* members(zipMembers(bytes, options), measure, options);
  else if (isTar(head)) yield* members(tarMembers(bytes, options), measure, options);
  else {
    const part = await partOf({ name: options.name, bytes }, measure, options);
    if (part !== undefined) yield part;
  }
}

/** Each may hold an archive on the disk. */
const MAX_UPLOADS = 8;

/** What a server needs to read uploaded files, a few at a time. Errors: those of `openParts`, `over_limit`. */
export function fileOpener(options: Pick<PartsOptions, "spool" | "captures" | keyof PartLimits>): OpenFile {
  let open = 0;
  return async function* (source, asked) {
    if (open >= MAX_UPLOADS) throw new AppError("over_limit", "Other files are being read; try again in a moment.");
    open += 1;
    try {
      yield* openParts(source, { ...options, ...asked });
    } finally {
      open -= 1;
    }
  };
}

/** The bounds of a collector, for files. */
export const partLimits = (limits: CollectLimits): PartLimits => ({
  maxEventBytes: limits.frameBytes,
  maxBytes: limits.streamBodyBytes,
  ratio: limits.inflateRatio,
  graceBytes: limits.inflateGraceBytes,
});

async function* members(
  all: AsyncIterable<ZipMember>,
  measure: Measure,
  options: PartsOptions,
): AsyncGenerator<FilePart> {
  let count = 0;
  for await (const member of all) {
    if (isHidden(member.name)) continue;
    count += 1;
    if (count > MAX_MEMBERS) throw new AppError("too_large", `The archive has more than ${MAX_MEMBERS} files.`);
    const part = await partOf(member, measure, options).catch((error: unknown) => {
      if (error instanceof AppError && error.code !== "invalid") throw error;
      options.onProblem({ file: member.name, code: "damaged", detail: reasonOf(error) });
    });
    if (part) yield { ...part, member: member.name };
  }
}

/** One log; undefined when it is none, which is told. */
async function partOf(member: ZipMember, measure: Measure, options: PartsOptions): Promise<FilePart | undefined> {
  const { name } = member;
  const onLoss = (detail: string): void => options.onProblem({ file: name, code: "damaged", detail });
  const { head, bytes } = await reading(() => peek(member.bytes));
  const content = await reading(() => openContent(bytes, { ...options, name, onLoss }));
  if ("problem" in content) {
    options.onProblem({ file: name, code: content.code, detail: content.problem });
    return undefined;
  }
  const isText = content.kind !== "lines" || content.encoding !== undefined;
  if (!isText && isBinary(head) && !isPackedText(head)) {
    options.onProblem({ file: name, code: "binary", detail: "is no log that is known" });
    return undefined;
  }
  return { ...content, bytes: measure.given(content.bytes) };
}

/** Packed bytes look like anything; what they hold is judged by their lines. */
const isPackedText = (head: Buffer): boolean =>
  (head[0] === 0x1f && head[1] === 0x8b) || (head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528);

const isHidden = (path: string): boolean =>
  path.endsWith("/") ||
  path.split("/").some((name) => (name.startsWith(".") && name !== "." && name !== "..") || name === "__MACOSX");

async function* tarMembers(source: AsyncIterable<Buffer>, { onProblem }: PartsOptions): AsyncGenerator<ZipMember> {
  const skipped = (file: string, kind: "link" | "other"): void => {
    if (kind === "link") onProblem({ file, code: "link", detail: "is a link" });
  };
  yield* entriesOf(source, skipped);
}

/** How much went in and came out: a few kilobytes may unpack to terabytes. */
class Measure {
  readonly #limits: PartsOptions;
  #taken = 0;
  #given = 0;

  constructor(limits: PartsOptions) {
    this.#limits = limits;
  }

  async *taken(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      this.#taken += chunk.length;
      yield chunk;
    }
  }

  async *given(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const { maxBytes, ratio, graceBytes } = this.#limits;
    try {
      for await (const chunk of bytes) {
        this.#given += chunk.length;
        if (this.#given > maxBytes) throw new AppError("too_large", `The file unpacks to more than ${maxBytes} bytes.`);
        if (this.#given > graceBytes && this.#given > this.#taken * ratio)
          throw new AppError("too_large", `The file unpacks to more than ${ratio} times its size.`);
        yield chunk;
      }
    } catch (error) {
      throw broken(error);
    }
  }
}

async function reading<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw broken(error);
  }
}

const broken = (error: unknown): AppError =>
  error instanceof AppError
    ? error
    : new AppError("invalid", `The file is cut or corrupt: ${reasonOf(error)}.`, {}, error);
