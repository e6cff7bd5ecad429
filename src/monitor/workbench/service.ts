import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateTx } from "../../platform/state/index.ts";
import { MAX_PARSERS } from "../parse/index.ts";
import type { TryParserInput, TryParserOutcome } from "../pipeline/index.ts";
import { MAX_DOCUMENTS, type ParserDetail, type ParserRow, type ParserTried, type ParserTry } from "./contract.ts";
import type { ParsersInForce } from "./in-force.ts";
import type { StoredParser } from "./schema.ts";
import type { SourceLinesDeps } from "./source-lines.ts";
import {
  addVersion,
  countParsers,
  findParser,
  type ListedParser,
  latestVersion,
  lockParser,
  readParsers,
  readVersions,
  readVersionText,
  writeParser,
} from "./store.ts";

export type WorkbenchDeps = SourceLinesDeps & {
  readonly inForce: ParsersInForce;
  /** Compiles a document, runs its tests and reads lines on a thread apart from the stream, for five seconds at most. */
  readonly tryParser: (input: TryParserInput) => Promise<TryParserOutcome>;
};

/** Parsers read lines of the whole group, so changing them needs the permission at its root. */
export function requireGroupWide(ctx: Ctx): void {
  if (ctx.units("source:write").all) return;
  throw new AppError("forbidden", "Parsers are for the whole group: changing them needs source:write at its root.", {
    permission: "source:write",
  });
}

export async function listParsers(ctx: Ctx): Promise<{ items: ParserRow[] }> {
  return { items: (await readParsers(ctx.state)).map(rowOf) };
}

const rowOf = (row: ListedParser): ParserRow => ({
  id: row.id,
  title: row.title,
  revision: row.revision,
  publishedVersion: row.publishedVersion,
  isChanged: row.isChanged,
  updatedAt: row.updatedAt.toISOString(),
  updatedBy: { id: row.updatedById, name: row.updatedByName },
});

/** The tests of a document have lines of events, of whichever unit they were taken from. */
function requireDocuments(ctx: Ctx): void {
  if (ctx.units("event:read").all || ctx.units("source:write").all) return;
  throw new AppError(
    "forbidden",
    "The document of a parser has lines of events in its tests: reading it needs event:read at the root of the group.",
    { permission: "event:read" },
  );
}

/** Errors: `not_found`; `forbidden`. */
export async function readParser(ctx: Ctx, id: string): Promise<ParserDetail> {
  const found = await findParser(ctx.state, id);
  if (!found) throw parserNotFound();
  requireDocuments(ctx);
  return { ...rowOf(found), text: found.draft, versions: await readVersions(ctx.state, id) };
}

const parserNotFound = (): AppError => new AppError("not_found", "There is no such parser.");

/** Errors: `not_found`, also for a parser that is deleted; `forbidden`. */
export async function readParserVersion(ctx: Ctx, { id, version }: { id: string; version: number }) {
  if (!(await findParser(ctx.state, id))) throw parserNotFound();
  requireDocuments(ctx);
  const text = await readVersionText(ctx.state, id, version);
  if (text === undefined) throw new AppError("not_found", "There is no such version of this parser.");
  return { version, text };
}

/** Reads lines by the document being written, beside those that are published. */
export async function tryParser(ctx: Ctx, input: ParserTry, deps: WorkbenchDeps): Promise<ParserTried> {
  const { text, lines, timeZone } = input;
  return await deps.tryParser({ text, lines, timeZone, nowMs: ctx.now().getTime() });
}

/** Stores a draft; it may be broken. Errors: `invalid` when its id is another's; `conflict` when someone stored one meanwhile. */
export async function saveDraft(
  ctx: Ctx,
  { id, text, revision }: { id: string; text: string; revision: number },
): Promise<ParserDetail> {
  requireGroupWide(ctx);
  const entry = { action: "parser.draft", target: { kind: "parser", id } };
  await ctx.change(entry, async (tx) => {
    const known = await lockParser(tx, id);
    const isNew = known === undefined || known.deletedAt !== null;
    if (isNew && revision !== 0) throw parserNotFound();
    if (!isNew && known.revision !== revision) throw changedMeanwhile(known.revision);
    if (isNew && (await countParsers(tx)) >= MAX_DOCUMENTS)
      throw new AppError("over_limit", `There are already ${MAX_DOCUMENTS} parsers. Delete some first.`);
    await writeParser(tx, {
      ...{ id, title: titleOf(text) || id, draft: text, revision: (known?.revision ?? 0) + 1 },
      publishedVersion: isNew ? null : known.publishedVersion,
      ...changedBy(ctx),
      deletedAt: null,
    });
  });
  return await readParser(ctx, id);
}

const changedMeanwhile = (revision: number): AppError =>
  new AppError("conflict", "Someone changed this parser meanwhile. Load it again and repeat.", { revision });

const changedBy = (ctx: Ctx) => ({ updatedById: ctx.actor.id, updatedByName: ctx.actor.name, updatedAt: ctx.now() });

/** A draft may be broken YAML: its title is looked for in the text. */
const titleOf = (text: string): string =>
  (/^title:[ \t]*(.+)$/m.exec(text)?.[1] ?? "")
    .trim()
    .replace(/^(["'])(.*)\1$/, "$2")
    .slice(0, 120);

/** Puts the draft in force, when it compiles and its own tests pass. Errors: `invalid` with `problems` or `failed`; `conflict`. */
export async function publishParser(
  ctx: Ctx,
  { id, revision, comment }: { id: string; revision: number; comment: string },
  deps: WorkbenchDeps,
): Promise<ParserDetail> {
  requireGroupWide(ctx);
  const { text } = await readParser(ctx, id);
  await mustPass(ctx, { id, text }, deps);
  await changeParser(ctx, { id, revision, entry: entryOf("publish", id, { comment }) }, async (tx, known) => {
    if (known.draft !== text) throw changedMeanwhile(known.revision);
    const version = (await latestVersion(tx, id)) + 1;
    await addVersion(tx, {
      parserId: id,
      version,
      text,
      comment,
      byId: ctx.actor.id,
      byName: ctx.actor.name,
      at: ctx.now(),
    });
    return { publishedVersion: version };
  });
  return await inForce(ctx, id, deps);
}

/** Puts an earlier version in force again, and into the draft. Errors as of publishing. */
export async function rollBackParser(
  ctx: Ctx,
  { id, revision, version }: { id: string; revision: number; version: number },
  deps: WorkbenchDeps,
): Promise<ParserDetail> {
  requireGroupWide(ctx);
  const { text } = await readParserVersion(ctx, { id, version });
  await mustPass(ctx, { id, text }, deps);
  await changeParser(ctx, { id, revision, entry: entryOf("rollback", id, { version }) }, async () => ({
    publishedVersion: version,
    draft: text,
    title: titleOf(text) || id,
  }));
  return await inForce(ctx, id, deps);
}

/** Takes it out of force; its draft and versions stay. */
export async function unpublishParser(
  ctx: Ctx,
  { id, revision, reason }: { id: string; revision: number; reason: string },
  deps: WorkbenchDeps,
): Promise<ParserDetail> {
  requireGroupWide(ctx);
  await changeParser(ctx, { id, revision, entry: entryOf("unpublish", id, { reason }) }, async () => ({
    publishedVersion: null,
  }));
  return await inForce(ctx, id, deps);
}

/** Its versions stay in the record. */
export async function deleteParser(
  ctx: Ctx,
  { id, revision, reason }: { id: string; revision: number; reason: string },
  deps: WorkbenchDeps,
): Promise<{ id: string }> {
  requireGroupWide(ctx);
  await changeParser(ctx, { id, revision, entry: entryOf("delete", id, { reason }) }, async () => ({
    publishedVersion: null,
    deletedAt: ctx.now(),
  }));
  await deps.inForce.refresh();
  return { id };
}

async function mustPass(ctx: Ctx, { id, text }: { id: string; text: string }, deps: WorkbenchDeps): Promise<void> {
  const { problems, tests, parserId } = await deps.tryParser({
    text,
    lines: [],
    timeZone: "",
    nowMs: ctx.now().getTime(),
  });
  const [first] = problems;
  if (first) {
    const where = `line ${first.line}, column ${first.column}`;
    throw new AppError("invalid", `The document does not compile (${where}): ${first.reason}`, { problems });
  }
  if (parserId !== id)
    throw new AppError("invalid", `The document says "parser: ${parserId}", and it is kept as ${id}.`);
  const failed = tests.filter(({ isPassed }) => !isPassed);
  if (failed.length > 0)
    throw new AppError("invalid", `Tests of the document that fail: ${failed.length} of ${tests.length}.`, { failed });
  const others = deps.inForce.ids().filter((one) => one !== id);
  if (others.length >= MAX_PARSERS)
    throw new AppError("over_limit", `There are already ${MAX_PARSERS} published parsers.`);
}

type Change = { readonly id: string; readonly revision: number; readonly entry: ReturnType<typeof entryOf> };

const entryOf = (
  verb: "publish" | "rollback" | "unpublish" | "delete",
  id: string,
  detail: Record<string, unknown>,
) => ({
  action: `parser.${verb}`,
  target: { kind: "parser", id },
  detail,
});

async function changeParser(
  ctx: Ctx,
  { id, revision, entry }: Change,
  work: (tx: StateTx, known: StoredParser) => Promise<Partial<StoredParser>>,
): Promise<void> {
  await ctx.change(entry, async (tx) => {
    const known = await lockParser(tx, id);
    if (known === undefined || known.deletedAt !== null) throw parserNotFound();
    if (known.revision !== revision) throw changedMeanwhile(known.revision);
    const part = await work(tx, known);
    await writeParser(tx, { ...known, ...part, revision: known.revision + 1, ...changedBy(ctx) });
  });
}

async function inForce(ctx: Ctx, id: string, deps: WorkbenchDeps): Promise<ParserDetail> {
  await deps.inForce.refresh();
  return await readParser(ctx, id);
}
