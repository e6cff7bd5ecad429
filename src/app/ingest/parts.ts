import { open } from "node:fs/promises";
import { AppError } from "../../kernel/errors.ts";
import { letGo, packingOf } from "../../kernel/peek.ts";
import type { CollectLimits, FilePart, FileProblem, OpenFile } from "../../monitor/collect/index.ts";
import { entriesOf, isTar } from "../../platform/archive/index.ts";
import { type Bound, type ContentOptions, isBinary, openContent, peek, unpacked } from "./decode.ts";
import { reasonOf } from "./files.ts";
import type { Spool } from "./spool.ts";
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
    /** Where a ZIP archive lies while it is read: its table of contents comes last. */
    readonly spool: Spool;
    /** The file on this machine that the source reads, in which a ZIP archive can be read where it is; `onRead` is told of its bytes. */
    readonly local?: { readonly path: string; readonly onRead: (bytes: number) => void } | undefined;
    readonly onProblem: (problem: FileProblem) => void;
  };

/**
 * The logs in a file: the file itself, or those of an archive (ZIP, tar) one after another, each told by its bytes. Folders and hidden
 * files are left out; what cannot be read becomes a problem and the next goes on. Errors: `too_large` (a bomb), `invalid` (cut, corrupt).
 */
export async function* openParts(source: AsyncIterable<Buffer>, options: PartsOptions): AsyncGenerator<FilePart> {
  const measure = new Measure(options);
  const packed = await reading(() => peek(measure.taken(source)));
  if (isZip(packed.head) && options.local !== undefined) {
    await letGo(packed.bytes);
    return yield* localZip(options.local, measure, options);
  }
  const { head, bytes } = await reading(() => unpacked(packed.bytes, measure.bound()));
  if (isZip(head)) yield* spooledZip(bytes, measure, options);
  else if (isTar(head)) yield* members(tarMembers(bytes, options), measure, options);
  else {
    const part = await partOf({ name: options.name, bytes }, measure, { ...options, bound: measure.bound() });
    if (part !== undefined) yield part;
  }
}

async function* spooledZip(bytes: AsyncIterable<Buffer>, measure: Measure, options: PartsOptions) {
  const kept = await reading(() => options.spool.keep(bytes));
  try {
    yield* members(zipMembers(kept.file, options), measure, options);
  } finally {
    await kept.close();
  }
}

async function* localZip(
  { path, onRead }: { path: string; onRead: (bytes: number) => void },
  measure: Measure,
  options: PartsOptions,
) {
  const file = await open(path);
  try {
    measure.took((await file.stat()).size);
    yield* members(zipMembers(file, { ...options, onRead }), measure, options);
  } finally {
    await file.close();
  }
}

/** Each may hold an archive on the disk. A unit whose senders are slow keeps only its own places. */
const MAX_UPLOADS = 8;
const MAX_UPLOADS_OF_UNIT = 3;

/** What a server needs to read uploaded files, a few at a time. Errors: those of `openParts`, `over_limit`. */
export function fileOpener(options: Pick<PartsOptions, "spool" | "captures" | keyof PartLimits>): OpenFile {
  const openOf = new Map<string, number>();
  let openTogether = 0;
  return async function* (source, { unitId, ...asked }) {
    const opened = openOf.get(unitId) ?? 0;
    if (opened >= MAX_UPLOADS_OF_UNIT || openTogether >= MAX_UPLOADS)
      throw new AppError("over_limit", "Other files are being read; try again in a moment.");
    openOf.set(unitId, opened + 1);
    openTogether += 1;
    try {
      yield* openParts(source, { ...options, ...asked });
    } finally {
      openTogether -= 1;
      const left = (openOf.get(unitId) ?? 1) - 1;
      if (left > 0) openOf.set(unitId, left);
      else openOf.delete(unitId);
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
  const limits = { ...options, bound: measure.bound() };
  const bound = measure.bound();
  let count = 0;
  for await (const member of all) {
    if (isHidden(member.name)) continue;
    count += 1;
    if (count > MAX_MEMBERS) throw new AppError("too_large", `The archive has more than ${MAX_MEMBERS} files.`);
    const part = await partOf({ ...member, bytes: bound(member.bytes) }, measure, limits).catch((error: unknown) => {
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
    await letGo(content.bytes);
    options.onProblem({ file: name, code: "binary", detail: "is no log that is known" });
    return undefined;
  }
  return { ...content, bytes: measure.given(content.bytes) };
}

/** Packed bytes look like anything; what they hold is judged by their lines. */
const isPackedText = (head: Buffer): boolean => packingOf(head) !== undefined;

const isHidden = (path: string): boolean =>
  path.endsWith("/") ||
  path.split("/").some((name) => (name.startsWith(".") && name !== "." && name !== "..") || name === "__MACOSX");

async function* tarMembers(source: AsyncIterable<Buffer>, { onProblem }: PartsOptions): AsyncGenerator<ZipMember> {
  const skipped = (file: string, kind: "link" | "other"): void => {
    if (kind === "link") onProblem({ file, code: "link", detail: "is a link" });
  };
  yield* entriesOf(source, skipped);
}

/**
 * How much went in and came out: a few kilobytes may unpack to terabytes. What comes out is counted at every step, that which is only
 * skipped too: a hidden file of an archive, blank rows, zeros in place of an event log.
 */
class Measure {
  readonly #limits: PartsOptions;
  #taken = 0;
  /** Of all parts together. */
  readonly given: Bound;

  constructor(limits: PartsOptions) {
    this.#limits = limits;
    this.given = this.bound();
  }

  took(bytes: number): void {
    this.#taken += bytes;
  }

  async *taken(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      this.took(chunk.length);
      yield chunk;
    }
  }

  /** A step: what passes it, in however many streams, is bounded together. */
  bound(): Bound {
    let passed = 0;
    const pass = (bytes: number): void => {
      passed += bytes;
      const { maxBytes, ratio, graceBytes } = this.#limits;
      if (passed > maxBytes) throw new AppError("too_large", `The file unpacks to more than ${maxBytes} bytes.`);
      if (passed > graceBytes && passed > this.#taken * ratio)
        throw new AppError("too_large", `The file unpacks to more than ${ratio} times its size.`);
    };
    return (bytes) => passing(bytes, pass);
  }
}

async function* passing(bytes: AsyncIterable<Buffer>, pass: (bytes: number) => void): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of bytes) {
      pass(chunk.length);
      yield chunk;
    }
  } catch (error) {
    throw broken(error);
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
