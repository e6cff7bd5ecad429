import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { countText } from "../../../kernel/count.ts";
import { AppError } from "../../../kernel/errors.ts";

/** A file of a pack. `path`: with slashes, below the pack's own root. `hash`: SHA-256 of the text, in hex. */
export type PackFile = {
  readonly path: string;
  readonly kind: "rules" | "license";
  readonly text: string;
  readonly hash: string;
  readonly bytes: number;
};
export type LeftOut = { readonly path: string; readonly reason: string };
export type Gathered = { readonly files: readonly PackFile[]; readonly leftOut: readonly LeftOut[] };

export const LIMITS = {
  /** Entries of an archive or folder, wanted or not. */
  entries: 200_000,
  /** Rule and license files. */
  files: 20_000,
  fileBytes: 1 << 20,
  /** Texts of a pack together. */
  bytes: 32 << 20,
  /** What an archive may unpack to, all that is skipped included. */
  unpackedBytes: 1 << 30,
  /** Reading is given up after so long. */
  readMs: 120_000,
  pathChars: 500,
  depth: 32,
} as const;
type Limits = { readonly [limit in "entries" | "unpackedBytes" | "readMs"]: number };

const MAX_LEFT_OUT = 2_000;
const RULES = /\.ya?ml$/i;
const LICENSE = /^(licen[cs]e|copying|notice)([._-][^/]*)?$/i;

/**
 * Takes the rule and license files out of whatever holds them. A file that cannot be taken in is left out with a reason, the rest
 * is kept. Errors: `too_large` when the whole is larger than a pack may be.
 */
export class Gatherer {
  readonly #files: PackFile[] = [];
  readonly #leftOut: LeftOut[] = [];
  #entries = 0;
  #bytes = 0;
  #unpacked = 0;
  #leftOutTotal = 0;
  readonly #limits: Limits;
  readonly #untilMs: number;

  /** The time it may take begins now. */
  constructor(limits: Partial<Limits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
    this.#untilMs = performance.now() + this.#limits.readMs;
  }

  /** To be asked whenever bytes come; `unpacked`: how many there were so far. Errors: `too_large` past time or bytes. */
  keepBounds(unpacked = this.#unpacked): void {
    const { unpackedBytes, readMs } = this.#limits;
    if (unpacked > unpackedBytes) throw tooLarge(`unpacks to more than ${unpackedBytes >> 20} MiB`);
    if (performance.now() > this.#untilMs) throw tooLarge(`takes longer than ${readMs / 1000} seconds to read`);
  }

  /** Whether the content of an entry of that name is to be given to `add`. */
  wants(path: string): boolean {
    this.keepBounds();
    this.#entries += 1;
    const { entries } = this.#limits;
    if (this.#entries > entries) throw tooLarge(`has more than ${entries.toLocaleString("en")} entries`);
    const parts = path.split("/");
    const name = parts.at(-1) ?? "";
    if (!RULES.test(name) && !LICENSE.test(name)) return false;
    // Hidden folders hold what serves a repository, such as its workflows, and macOS's archives hold a shadow of each file.
    if (parts.some((part) => part === "__MACOSX" || (part.startsWith(".") && part !== "." && part !== "..")))
      return false;
    const problem = pathProblem(path, parts);
    if (problem !== undefined) this.leaveOut(path, problem);
    return problem === undefined;
  }

  leaveOut(path: string, reason: string): void {
    this.#leftOutTotal += 1;
    if (this.#leftOut.length < MAX_LEFT_OUT) this.#leftOut.push({ path: printable(path), reason });
  }

  /** Reads an entry that is wanted. What is larger than a file may be is left out, however large it says it is. `checksum`: CRC-32. */
  async add(path: string, content: AsyncIterable<Uint8Array>, checksum?: number): Promise<void> {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of content) {
      bytes += chunk.length;
      // All that is inflated counts, whatever becomes of it.
      this.#unpacked += chunk.length;
      this.keepBounds();
      if (bytes > LIMITS.fileBytes) return this.leaveOut(path, `the file is larger than ${LIMITS.fileBytes} bytes`);
      chunks.push(chunk);
    }
    const whole = Buffer.concat(chunks);
    if (checksum !== undefined && crc32(whole) !== checksum) this.leaveOut(path, "the entry is broken: wrong checksum");
    else this.addBytes(path, whole);
  }

  addBytes(path: string, content: Buffer): void {
    const text = textOf(content);
    if (text === undefined) {
      this.leaveOut(path, "the file is not UTF-8 text");
      return;
    }
    this.#bytes += content.length;
    if (this.#bytes > LIMITS.bytes) throw tooLarge(`has more than ${LIMITS.bytes >> 20} MiB of rules`);
    if (this.#files.length >= LIMITS.files)
      throw tooLarge(`has more than ${LIMITS.files.toLocaleString("en")} rule files`);
    const clean = path.replace(/^(\.\/)+/, "");
    const kind = RULES.test(clean) ? "rules" : "license";
    this.#files.push({ path: clean, kind, text, hash: sha256(text), bytes: Buffer.byteLength(text) });
  }

  /**
   * What was taken in, in the order of the paths. `folder`: only what lies in it. `isArchive`: one folder around everything is no
   * part of the paths. Errors: `invalid` when there are no rule files.
   */
  done({ folder, isArchive }: { readonly folder: string; readonly isArchive: boolean }): Gathered {
    const all = lastOfEachPath(this.#files);
    const rooted = isArchive ? withoutCommonRoot(all) : all;
    const wanted = folder.replace(/^(\.?\/)+|\/+$/g, "");
    // A folder is named as the archive has it, or as it is inside the one folder around everything.
    const from = all.some(({ path, kind }) => kind === "rules" && isIn(path, wanted)) ? all : rooted;
    const files = wanted === "" ? rooted : from.filter(({ path, kind }) => isIn(path, wanted) || isAtTop(path, kind));
    if (!files.some(({ kind }) => kind === "rules")) {
      const where = wanted === "" ? "" : ` in the folder ${wanted}`;
      throw new AppError("invalid", `There are no Sigma files (.yml, .yaml)${where}.`, {
        leftOut: this.#leftOut.slice(0, 20),
      });
    }
    const more = this.#leftOutTotal - this.#leftOut.length;
    const last = more > 0 ? [{ path: "", reason: `and ${countText(more, "more file")}` }] : [];
    return { files: files.toSorted((one, two) => compare(one.path, two.path)), leftOut: [...this.#leftOut, ...last] };
  }
}

/** SHA-256 over paths and contents, in hex. */
export function contentHashOf(files: readonly Pick<PackFile, "path" | "hash">[]): string {
  const all = createHash("sha256");
  for (const { path, hash } of files) all.update(`${path}\0${hash}\n`);
  return all.digest("hex");
}

function pathProblem(path: string, parts: readonly string[]): string | undefined {
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "the path is absolute";
  if (parts.includes("..")) return "the path leads out of the archive";
  if (path.length > LIMITS.pathChars) return `the path is longer than ${LIMITS.pathChars} characters`;
  if (parts.length > LIMITS.depth) return `the file is nested deeper than ${LIMITS.depth} folders`;
  if (/[\p{Cc}\p{Cs}]/u.test(path)) return "the path has control characters";
  return undefined;
}

/** Archives of repositories have one folder around everything, named after the version. */
function withoutCommonRoot(files: readonly PackFile[]): readonly PackFile[] {
  const root = files[0]?.path.split("/", 1)[0] ?? "";
  if (!files.every(({ path }) => path.startsWith(`${root}/`))) return files;
  return files.map((file) => ({ ...file, path: file.path.slice(root.length + 1) }));
}

const lastOfEachPath = (files: readonly PackFile[]): PackFile[] => [
  ...new Map(files.map((file) => [file.path, file])).values(),
];

const isIn = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);
/** The license of the whole holds for a part of it. */
const isAtTop = (path: string, kind: PackFile["kind"]): boolean => kind === "license" && !path.includes("/");

const UTF8 = new TextDecoder("utf-8", { fatal: true });
function textOf(content: Uint8Array): string | undefined {
  try {
    const text = UTF8.decode(content);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cs}]/gu, "\uFFFD").slice(0, LIMITS.pathChars);
export const tooLarge = (what: string): AppError => new AppError("too_large", `The pack ${what}.`);
const compare = (one: string, two: string): number => (one < two ? -1 : one > two ? 1 : 0);
