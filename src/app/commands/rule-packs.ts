import { stat } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { compileReport, type RuleText } from "../../monitor/pipeline/index.ts";
import { openRuleCatalog, readPackTexts, readRuleState } from "../../monitor/rule/index.ts";
import type { PackDeps } from "../../monitor/rule/pack/index.ts";
import type { State } from "../../platform/state/index.ts";
import type { Config } from "../config.ts";
import type { PackRequest } from "../obey-packs.ts";
import { readPlaceholderLists } from "../placeholder-lists.ts";
import { packDeps } from "../rule-packs.ts";
import { readRuleFiles } from "../rules-on-disk.ts";
import { type OnData, orderOn } from "./order.ts";

type Out = { write(text: string): unknown };
export type ImportOptions = OnData & {
  readonly name?: string;
  readonly ref?: string;
  readonly folder?: string;
  readonly comment?: string;
  readonly preview?: boolean;
};

/** Imports a folder, an archive or a repository as a new version of a pack, or shows what that would bring. */
export async function importPackCommand(from: string, options: ImportOptions, out: Out): Promise<void> {
  const { name, ref = "", folder = "", comment = "", preview = false } = options;
  const kind = await kindOf(from);
  const place = kind === "path" || isLocalRepository(from) ? resolve(from) : from;
  const named = name !== undefined && { name };
  await ask(
    { verb: "import-pack", kind, from: place, ...named, ref, folder, comment, isPreview: preview },
    options,
    out,
  );
}

export const listPacksCommand = (name: string | undefined, options: OnData, out: Out): Promise<void> =>
  ask({ verb: "list-packs", ...(name !== undefined && { name }) }, options, out);

type WithReason = OnData & { readonly reason: string };
export const rollbackPackCommand = (name: string, version: number, options: WithReason, out: Out): Promise<void> =>
  ask({ verb: "rollback-pack", name, version, reason: options.reason }, options, out);
export const removePackCommand = (name: string, options: WithReason, out: Out): Promise<void> =>
  ask({ verb: "remove-pack", name, reason: options.reason }, options, out);

async function ask(order: PackRequest, options: OnData, out: Out): Promise<void> {
  const { text = "" } = await orderOn(options, order, openPacks);
  out.write(text);
}

/** What looks like an address is one; a bare repository on this disk is fetched, everything else there is read as it lies. */
async function kindOf(from: string): Promise<"path" | "git"> {
  if (/^[a-z][a-z0-9+.-]*:/i.test(from) && !(await exists(from))) return "git";
  if (/^[^/]+@[^/]+:/.test(from) && !(await exists(from))) return "git";
  return (await exists(join(from, "HEAD"))) && (await exists(join(from, "objects"))) ? "git" : "path";
}
const isLocalRepository = (from: string): boolean => isAbsolute(from) || !/[:@]/.test(from);
const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Packs without a server: the rules are compiled in this process, and nobody runs them. */
async function openPacks(config: Config, state: State): Promise<PackDeps> {
  const { lists } = await readPlaceholderLists(config.rules);
  const compile = (texts: readonly RuleText[]) => compileReport(texts, lists);
  const files = await readRuleFiles(config.rules.directories, config.rules.own);
  const catalog = await openRuleCatalog({
    directories: files.rules,
    compile,
    readState: () => readRuleState(state.db),
    readPackTexts: (pack) => readPackTexts(state.db, pack),
  });
  return packDeps(config, { catalog, compile, onRulesChanged: () => undefined });
}
