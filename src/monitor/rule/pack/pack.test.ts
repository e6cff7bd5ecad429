import { readFile } from "node:fs/promises";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it, test, vi } from "vitest";
import { sharedData } from "../../../../tests/support/shared-data.ts";
import type { AuditEntry, Ctx } from "../../../organization/access/index.ts";
import { zipOf } from "../../../platform/archive/testing/zip.ts";
import type { State } from "../../../platform/state/index.ts";
import { openTestState } from "../../../platform/state/testing.ts";
import { compileReport } from "../../pipeline/compile-report.ts";
import { type TestContexts, testContexts } from "../../source/testing.ts";
import { openRuleCatalog, type RuleCatalog } from "../catalog.ts";
import { readRuleState, writeVersion } from "../store.ts";
import { MAX_PACK_VERSIONS } from "./contract.ts";
import { previewArchive, previewGit } from "./import-from.ts";
import { readPackTexts } from "./in-force.ts";
import {
  importPack,
  listPacks,
  type PackDeps,
  readDifference,
  readPackDetail,
  removePack,
  rollbackPack,
  switchPack,
} from "./service.ts";
import { Staging } from "./staging.ts";
import { correlationText, filterText, idOf, ruleText } from "./testing/rules.ts";

const T0 = new Date("2026-11-22T12:00:00.000Z");
const DIRECTORY = [{ origin: "rules/disk.yml", text: ruleText(7, "On disk") }];

let state: State;
let contexts: TestContexts;
let ctx: Ctx;
let deps: PackDeps;
let changes = 0;
beforeAll(async () => {
  state = await openTestState();
});
afterAll(() => state?.close());
beforeEach(async () => {
  await state.db.execute(
    sql`TRUNCATE rule_pack, rule_pack_version, rule_pack_file, rule_pack_blob, rule_document, rule_version, rule_override`,
  );
  contexts = testContexts(state, T0);
  ctx = await contexts.as({ role: "ciso" });
  deps = await started();
  changes = 0;
});

/** As after a start of the server. */
async function started(): Promise<PackDeps> {
  const catalog: RuleCatalog = await openRuleCatalog({
    directories: DIRECTORY,
    compile: compileReport,
    readState: () => readRuleState(state.db),
    readPackTexts: (pack) => readPackTexts(state.db, pack),
  });
  return {
    catalog,
    compile: compileReport,
    staging: new Staging(),
    git: { environment: {} },
    hasGit: async () => false,
    onRulesChanged: () => {
      changes += 1;
    },
  };
}

type Files = Readonly<Record<string, string>>;
const look = (files: Files, name = "soc") =>
  previewArchive(ctx, { name, folder: "", file: "soc.zip", read: async () => zip(files) }, deps);
const zip = (files: Files): Buffer => zipOf(Object.entries(files).map(([path, text]) => ({ name: path, text })));
async function bring(files: Files, name = "soc", comment = "") {
  const { previewId } = await look(files, name);
  return await importPack(ctx, { previewId, comment }, deps);
}
const running = (id: string) => deps.catalog.entries().get(id);

describe("Looking into a pack before it is imported", () => {
  it("tells what it holds, and what is wrong with file, line and reason", async () => {
    const preview = await look({
      "a/LICENSE.txt": "# Detection Rule License 1.1\n",
      "a/one.yml": ruleText(1),
      "a/many.yml": correlationText(2, idOf(1)),
      "a/lost.yml": correlationText(3, idOf(99)),
      "b/known.yml": filterText(4, idOf(1)),
      "b/broken.yml": `${ruleText(5)}---\n${ruleText(6).replace("contains", "nonsense")}`,
      "b/twice.yml": ruleText(1, "Again"),
    });
    expect(preview.counts).toMatchObject({ files: 7, rules: 2, correlations: 1, filters: 1, rejected: 2, licenses: 1 });
    expect(preview.rejected).toMatchObject([
      { path: "b/broken.yml", line: expect.any(Number), reason: expect.stringContaining("nonsense") },
      { path: "a/lost.yml", line: expect.any(Number), reason: expect.stringContaining(idOf(99)) },
    ]);
    expect(preview.licenses).toEqual([{ path: "a/LICENSE.txt", firstLine: "Detection Rule License 1.1" }]);
    expect(preview.duplicates.items).toMatchObject([
      { id: idOf(1), path: "a/one.yml", with: "same-pack", runs: "other" },
    ]);
    expect(preview.difference).toMatchObject({ from: null, added: 6, changed: 0, removed: 0 });
  });

  it("tells which rules outside the pack each of its filters would narrow", async () => {
    await bring({ "one.yml": ruleText(1), "linux.yml": ruleText(2).replace("windows", "linux") }, "older");
    const any = filterText(5, "x").replace(/rules:\n {8}- x/, "rules: any");
    const { filters } = await look({ "a.yml": filterText(4, idOf(7)), "b.yml": any, "c.yml": ruleText(3) });
    expect(filters).toEqual({
      total: 2,
      items: [
        {
          id: idOf(5),
          title: "Known 5",
          path: "b.yml",
          line: 5,
          isAny: true,
          outside: 2,
          examples: ["On disk", "Rule 1"],
        },
        { id: idOf(4), title: "Known 4", path: "a.yml", line: 5, isAny: false, outside: 1, examples: ["On disk"] },
      ],
    });
  });

  it("stores nothing", async () => {
    await look({ "one.yml": ruleText(1) });
    expect(await listPacks(ctx, deps)).toEqual({ items: [], hasGit: false });
    expect([contexts.audits.length, changes]).toEqual([0, 0]);
  });

  it("tells which ids own rules, directories and other packs have, and whose rule runs", async () => {
    const by = { id: "p", name: "p" };
    await state.transaction((tx) =>
      writeVersion(tx, { id: idOf(1), version: 1, text: ruleText(1), comment: "", by, at: T0, isDeleted: false }),
    );
    await bring({ "other.yml": ruleText(2) }, "older");
    const { duplicates } = await look({ "1.yml": ruleText(1), "2.yml": ruleText(2), "7.yml": ruleText(7) });
    expect(duplicates.items.map(({ id, with: other, runs }) => [id, other, runs])).toEqual([
      [idOf(1), "own", "other"],
      [idOf(2), "pack", "this"],
      [idOf(7), "directory", "this"],
    ]);
    expect((await look({ "2.yml": ruleText(2, "New") }, "older")).duplicates.total).toBe(0);
  });

  it("tells the difference by rule, wherever its file lies", async () => {
    await bring({ "a.yml": ruleText(1), "b.yml": ruleText(2), "c.yml": ruleText(3) });
    const { difference, isSame } = await look({
      "moved/a.yml": ruleText(1),
      "b.yml": ruleText(2, "Better"),
      "d.yml": ruleText(4),
    });
    expect(difference).toMatchObject({ from: 1, added: 1, changed: 1, removed: 1, unchanged: 1 });
    expect(difference.items.map(({ change, title }) => `${change} ${title}`)).toEqual([
      "changed Better",
      "removed Rule 3",
      "added Rule 4",
    ]);
    expect(isSame).toBe(false);
    expect((await look({ "a.yml": ruleText(1), "b.yml": ruleText(2), "c.yml": ruleText(3) })).isSame).toBe(true);
  });
});

describe("An imported pack", () => {
  it("runs at once, is in the record with its hash, and its rules name it", async () => {
    const detail = await bring({ "one.yml": ruleText(1) }, "soc", "first");
    expect(detail).toMatchObject({ name: "soc", isEnabled: true, current: { version: 1, comment: "first" } });
    expect(running(idOf(1))).toMatchObject({
      kind: "pack",
      pack: { name: "soc", version: 1 },
      origin: "pack:soc/one.yml",
    });
    expect(deps.catalog.textOf(idOf(1))).toContain("word1");
    expect(contexts.audits).toMatchObject([
      {
        action: "rule-pack.import",
        target: { kind: "rule-pack", id: "soc" },
        detail: { contentHash: detail.current.contentHash, added: 1, comment: "first" },
      },
    ]);
    expect(changes).toBe(1);
  });

  it("stands in for the directory and for older packs, and gives way to an own rule", async () => {
    await bring({ "x.yml": ruleText(7, "From older") }, "older");
    expect(running(idOf(7))).toMatchObject({ facts: { title: "From older" }, overrides: true });
    await bring({ "x.yml": ruleText(7, "From newer") }, "newer");
    expect(running(idOf(7))).toMatchObject({ pack: { name: "newer" }, facts: { title: "From newer" } });
    expect(deps.catalog.activeRules().filter(({ text }) => text.includes(idOf(7)))).toHaveLength(1);
    const by = { id: "p", name: "p" };
    const own = { id: idOf(7), version: 1, text: ruleText(7, "Own"), comment: "", by, at: T0, isDeleted: false };
    await state.transaction((tx) => writeVersion(tx, own));
    await deps.catalog.refresh();
    expect(running(idOf(7))).toMatchObject({ kind: "own", overrides: true });
    expect(deps.catalog.holders(idOf(7)).map(({ kind }) => kind)).toEqual(["directory", "pack", "pack", "own"]);
  });

  it.each([
    ["a rule that does not compile", ruleText(7, "Broken").replace("contains", "nonsense")],
    ["a correlation of a rule that is nowhere", correlationText(7, idOf(99))],
  ])("with %s does not stop the rule of that id that works, and says so before", async (_, text) => {
    expect(await look({ "x.yml": text })).toMatchObject({ counts: { rejected: 1 }, duplicates: { total: 0 } });
    await bring({ "one.yml": ruleText(1), "x.yml": text });
    expect(running(idOf(7))).toMatchObject({ kind: "directory" });
    const ran = compileReport(deps.catalog.activeRules()).rules.filter(({ facts }) => facts.id === idOf(7));
    expect(ran).toMatchObject([{ origin: "rules/disk.yml" }]);
    await bring({ "x.yml": ruleText(1, "Newer but broken").replace("contains", "nonsense") }, "newer");
    expect(running(idOf(1))).toMatchObject({ pack: { name: "soc" } });
    expect(compileReport(deps.catalog.activeRules()).rules.map(({ facts }) => facts.id)).toContain(idOf(1));
  });

  it("with a filter of a rule's id leaves the rule in use", async () => {
    const file = { "x.yml": filterText(7, idOf(1)) };
    expect((await look(file)).duplicates.total).toBe(0);
    await bring({ ...file, "one.yml": ruleText(1) });
    expect(compileReport(deps.catalog.activeRules()).rules.map(({ facts }) => facts.id)).toContain(idOf(7));
  });

  it("with a broken document after a good one of the same id runs the good one", async () => {
    const broken = ruleText(7, "Broken").replace("contains", "nonsense");
    const files = { "x.yml": `${ruleText(7, "Pack's")}---\n${broken}` };
    expect((await look(files)).duplicates.items).toMatchObject([{ with: "directory", runs: "this" }]);
    await bring(files);
    const ran = compileReport(deps.catalog.activeRules()).rules.filter(({ facts }) => facts.id === idOf(7));
    expect(ran).toMatchObject([{ facts: { title: "Pack's" } }]);
  });

  it("lets a correlation of one pack use a rule of another", async () => {
    await bring({ "one.yml": ruleText(1) }, "rules");
    const { counts } = await look({ "many.yml": correlationText(2, idOf(1)) }, "correlations");
    expect(counts).toMatchObject({ correlations: 1, rejected: 0 });
  });

  it("keeps what hangs on rule ids when a new version comes", async () => {
    await bring({ "one.yml": ruleText(1) });
    await state.db.execute(sql`INSERT INTO rule_override (rule_id, is_enabled, reason, by_id, by_name, at)
      VALUES (${idOf(1)}, false, 'noisy', 'p', 'p', now())`);
    await bring({ "one.yml": ruleText(1, "Better") });
    expect(running(idOf(1))).toMatchObject({ isEnabled: false, facts: { title: "Better" }, pack: { version: 2 } });
  });

  it("goes back to a former version and forward again; the newest number goes on counting", async () => {
    await bring({ "one.yml": ruleText(1), "two.yml": ruleText(2) });
    await bring({ "one.yml": ruleText(1, "Better") });
    expect(await readDifference(ctx, { name: "soc", version: 1 })).toMatchObject({ from: 2, added: 1, changed: 1 });
    await rollbackPack(ctx, { name: "soc", version: 1, reason: "too noisy" }, deps);
    expect(running(idOf(1))).toMatchObject({ facts: { title: "Rule 1" }, pack: { version: 1 } });
    expect(running(idOf(2))).toBeDefined();
    expect(contexts.audits.at(-1)).toMatchObject({ action: "rule-pack.rollback", detail: { from: 2, to: 1 } });
    const again = await bring({ "one.yml": ruleText(1, "Best") });
    expect(again.versions.map(({ version }) => version)).toEqual([3, 2, 1]);
    await rollbackPack(ctx, { name: "soc", version: 2, reason: "compare" }, deps);
    expect([...deps.catalog.entries().keys()].sort()).toEqual([idOf(1), idOf(7)]);
    expect(running(idOf(1))).toMatchObject({ facts: { title: "Better" } });
  });

  it("is there after a start of the server", async () => {
    await bring({ "one.yml": ruleText(1) });
    await bring({ "one.yml": ruleText(1, "Better") });
    deps = await started();
    expect(running(idOf(1))).toMatchObject({ facts: { title: "Better" }, pack: { version: 2 } });
  });

  it("switched off runs nothing and keeps its versions", async () => {
    await bring({ "one.yml": ruleText(1), "x.yml": ruleText(7, "Pack's") });
    await switchPack(ctx, { name: "soc", isEnabled: false, reason: "maintenance" }, deps);
    expect(running(idOf(1))).toBeUndefined();
    expect(running(idOf(7))).toMatchObject({ kind: "directory" });
    const on = await switchPack(ctx, { name: "soc", isEnabled: true, reason: "done" }, deps);
    expect(on).toMatchObject({ isEnabled: true, changed: { reason: "done" } });
    expect(running(idOf(1))).toBeDefined();
  });

  it("is in force though the rules could not be loaded at once, which is noted, and they are loaded later", async () => {
    let failures = 3;
    const { refresh } = deps.catalog;
    const failing = async () => (failures-- > 0 ? Promise.reject(new Error("the engine is away")) : refresh());
    deps = { ...deps, catalog: { ...deps.catalog, refresh: failing }, retryMs: 1 };
    expect(await bring({ "one.yml": ruleText(1) })).toMatchObject({
      current: { version: 1 },
      note: expect.stringMatching(/stored/),
    });
    await vi.waitFor(() => expect(running(idOf(1))).toBeDefined());
    failures = 1;
    expect(await removePack(ctx, { name: "soc", reason: "x" }, deps)).toMatchObject({
      name: "soc",
      note: expect.stringMatching(/stored/),
    });
    await vi.waitFor(() => expect(running(idOf(1))).toBeUndefined());
  });

  it("is neither changed nor recorded when it is switched to what it is", async () => {
    await bring({ "one.yml": ruleText(1) });
    await switchPack(ctx, { name: "soc", isEnabled: true, reason: "again" }, deps);
    expect(contexts.audits.map(({ action }) => action)).toEqual(["rule-pack.import"]);
  });

  it("is not put in force when all packs together would be too large", async () => {
    const wide = Array.from({ length: 32 }, (_, n) => [`${n}.yml`, `${ruleText(n + 100)}# ${"x".repeat(1_040_000)}\n`]);
    await bring({ "one.yml": ruleText(1) }, "first");
    await state.db.execute(
      sql`UPDATE rule_pack_version SET counts = jsonb_set(counts, '{bytes}', ${String(100 << 20)}::jsonb)`,
    );
    await expect(bring(Object.fromEntries(wide), "second")).rejects.toMatchObject({ code: "over_limit" });
    expect(running(idOf(100))).toBeUndefined();
  });

  it("removed leaves no rule, version or text behind, but what happened stays in the record", async () => {
    await bring({ "one.yml": ruleText(1) });
    await removePack(ctx, { name: "soc", reason: "replaced" }, deps);
    expect(running(idOf(1))).toBeUndefined();
    expect(await count("rule_pack_blob")).toBe(0);
    await expect(readPackDetail(ctx, "soc")).rejects.toMatchObject({ code: "not_found" });
    expect(contexts.audits.map(({ action }) => action)).toEqual(["rule-pack.import", "rule-pack.remove"]);
  });
});

const count = async (table: "rule_pack_blob" | "rule_pack_file" | "rule_pack_version"): Promise<number> => {
  const { rows } = await state.db.execute<{ n: string }>(sql.raw(`SELECT count(*) AS n FROM ${table}`));
  return Number(rows[0]?.n);
};

describe("Storage", () => {
  const twenty = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`${n}.yml`, ruleText(n + 100)]));

  it("of a version that shares its files with the former costs only the difference", async () => {
    await bring(twenty);
    await bring({ ...twenty, "3.yml": ruleText(103, "Better") });
    expect([await count("rule_pack_file"), await count("rule_pack_blob")]).toEqual([21, 21]);
    await bring(twenty);
    expect([await count("rule_pack_file"), await count("rule_pack_blob")]).toEqual([22, 21]);
  });

  it("keeps so many versions, and always the one in force", async () => {
    await bring({ "a.yml": ruleText(1, "Version 1"), "b.yml": ruleText(2) });
    for (let n = 2; n <= MAX_PACK_VERSIONS + 2; n += 1) await bring({ "a.yml": ruleText(1, `Version ${n}`) });
    const { versions } = await readPackDetail(ctx, "soc");
    expect([versions.length, versions.at(-1)?.version]).toEqual([MAX_PACK_VERSIONS, 3]);
    expect(await count("rule_pack_blob")).toBe(MAX_PACK_VERSIONS);
    await rollbackPack(ctx, { name: "soc", version: 3, reason: "old" }, deps);
    expect(running(idOf(1))).toMatchObject({ facts: { title: "Version 3" } });
    await expect(rollbackPack(ctx, { name: "soc", version: 2, reason: "gone" }, deps)).rejects.toMatchObject({
      code: "not_found",
    });
  });

  it("is changed by none or all of an import", async () => {
    await bring({ "a.yml": ruleText(1) });
    const { previewId } = await look({ "a.yml": ruleText(1, "Better") });
    const failing = { ...ctx, change: (entry: never, work: never) => failingAfter(ctx, entry, work) };
    await expect(importPack(failing, { previewId, comment: "" }, deps)).rejects.toThrowError("the record is away");
    expect(await readPackDetail(ctx, "soc")).toMatchObject({ current: { version: 1 } });
    expect(await count("rule_pack_blob")).toBe(1);
  });
});

const failingAfter = (of: Ctx, entry: AuditEntry, work: Parameters<Ctx["change"]>[1]): Promise<never> =>
  of.change(entry, async (tx) => {
    await work(tx);
    throw new Error("the record is away");
  });

describe("Who may import what", () => {
  it("is who may change rules for the whole group", async () => {
    ctx = await contexts.as({ role: "analyst", units: ["unit_osaka"] });
    await expect(look({ "a.yml": ruleText(1) })).rejects.toMatchObject({ code: "forbidden" });
  });

  it("may have the server read a repository, which is in the record without its password whatever comes of it", async () => {
    const wanted = { url: "https://soc:topsecret@127.0.0.1:1/rules.git", ref: "main", folder: "", isOwner: false };
    await expect(previewGit(ctx, wanted, deps)).rejects.toMatchObject({ code: "invalid" });
    expect(contexts.audits).toMatchObject([
      {
        action: "rule-pack.read-git",
        target: { kind: "rule-pack", id: "rules" },
        detail: { from: "https://127.0.0.1:1/rules.git", ref: "main" },
      },
    ]);
    expect(JSON.stringify(contexts.audits)).not.toContain("topsecret");
  });

  it("is who looked into it, and what was seen", async () => {
    const { previewId } = await look({ "a.yml": ruleText(1) });
    const other = await contexts.as({ role: "ciso", person: "花子" });
    await expect(importPack(other, { previewId, comment: "" }, deps)).rejects.toMatchObject({ code: "not_found" });
    const late = await contexts.as({ role: "ciso", now: new Date(T0.getTime() + 3_600_000) });
    await expect(importPack(late, { previewId, comment: "" }, deps)).rejects.toMatchObject({ code: "not_found" });
  });

  it("is the newest of what they looked into, as far as there is room for it", async () => {
    const gathered = { files: [], leftOut: [] };
    const small = await look({ "a.yml": ruleText(1) });
    const keep = (previewId: string, ownerId: string) => {
      const preview = { ...small, previewId, counts: { ...small.counts, bytes: 30 << 20 } };
      deps.staging.keep(ownerId, { preview, gathered, base: null }, T0.getTime());
    };
    for (const id of ["one", "two", "three"]) keep(id, "taro");
    keep("hers", "hanako");
    const isHeld = (id: string, owner: string) => {
      try {
        return deps.staging.of(owner, id, T0.getTime()) !== undefined;
      } catch {
        return false;
      }
    };
    expect(["one", "two", "three"].map((id) => isHeld(id, "taro"))).toEqual([false, true, true]);
    expect(isHeld("hers", "hanako")).toBe(true);
  });

  it("is not what somebody else has changed meanwhile, or what is in force already", async () => {
    const first = await look({ "a.yml": ruleText(1) });
    const second = await look({ "a.yml": ruleText(1, "Other") });
    await importPack(ctx, { previewId: first.previewId, comment: "" }, deps);
    await expect(importPack(ctx, { previewId: second.previewId, comment: "" }, deps)).rejects.toMatchObject({
      code: "conflict",
    });
    await expect(bring({ "a.yml": ruleText(1) })).rejects.toMatchObject({ code: "conflict" });
    await expect(rollbackPack(ctx, { name: "soc", version: 1, reason: "x" }, deps)).rejects.toMatchObject({
      code: "conflict",
    });
  });
});

const SIGMA = sharedData("sigma/rules.tar.gz");

describe.skipIf(SIGMA === undefined)("All of SigmaHQ", () => {
  test("is imported whole; nearly all of it runs, and what does not says why", async () => {
    const read = () => readFile(SIGMA ?? "");
    const preview = await previewArchive(
      ctx,
      { name: undefined, folder: "", file: "SigmaHQ rules.tar.gz", read },
      deps,
    );
    expect(preview.name).toBe("sigmahq-rules");
    expect(preview.counts.rules).toBeGreaterThan(3_000);
    expect(preview.counts.rejected).toBeLessThan(preview.counts.rules / 50);
    expect(preview.rejected.every(({ reason, line }) => reason !== "" && line !== undefined)).toBe(true);
    await importPack(ctx, { previewId: preview.previewId, comment: "" }, deps);
    expect([...deps.catalog.entries().values()].filter(({ pack }) => pack?.name === "sigmahq-rules")).toHaveLength(
      preview.counts.rules,
    );
    expect((await listPacks(ctx, deps)).items).toMatchObject([{ current: { counts: preview.counts } }]);
  }, 240_000);
});
