import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { openState } from "./index.ts";
import { type Migration, planMigrations, readMigrations } from "./migrate.ts";
import type { State } from "./state.ts";
import { openTestState } from "./testing.ts";

const log = { info: () => undefined, warn: () => undefined };

describe("The state engine", () => {
  let state: State;
  beforeAll(async () => {
    state = await openTestState();
    await state.db.execute(sql`CREATE TABLE probe (id integer PRIMARY KEY, word text)`);
  });
  afterAll(() => state?.close());

  it("answers a ping", async () => expect(await state.ping()).toBe(true));

  it("finds nothing left to migrate in a test engine", async () => {
    const report = await state.migrate();
    expect(report).toEqual({ applied: [], known: (await readMigrations()).length });
    expect(report.known).toBeGreaterThanOrEqual(3);
  });

  it("keeps what a transaction wrote, and nothing of one that failed", async () => {
    await state.transaction((tx) => tx.execute(sql`INSERT INTO probe VALUES (1, '𠮷髙﨑')`));
    const failing = state.transaction(async (tx) => {
      await tx.execute(sql`INSERT INTO probe VALUES (2, 'lost')`);
      throw new Error("changed my mind");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    const { rows } = await state.db.execute(sql`SELECT id, word FROM probe`);
    expect(rows).toEqual([{ id: 1, word: "𠮷髙﨑" }]);
  });

  it("refuses a query beside the open transaction instead of waiting for ever", async () => {
    const mistaken = state.transaction(() => state.db.execute(sql`SELECT 1`));
    await expect(mistaken).rejects.toMatchObject({ cause: { message: expect.stringMatching(/outside the open/) } });
    const nested = state.transaction(() => state.transaction(async () => 1));
    await expect(nested).rejects.toThrow(/outside the open/);
  });

  it("still answers queries of others while a transaction waits", async () => {
    const gate = Promise.withResolvers<void>();
    const slow = state.transaction(() => gate.promise);
    const other = state.db.execute(sql`SELECT 2 AS two`);
    gate.resolve();
    await slow;
    expect((await other).rows).toEqual([{ two: 2 }]);
  });

  it("runs many transactions at once without mixing them", async () => {
    await state.db.execute(sql`INSERT INTO probe VALUES (100, '0')`);
    const addOne = () =>
      state.transaction(async (tx) => {
        const { rows } = await tx.execute<{ word: string }>(sql`SELECT word FROM probe WHERE id = 100 FOR UPDATE`);
        await tx.execute(sql`UPDATE probe SET word = ${String(Number(rows[0]?.word) + 1)} WHERE id = 100`);
      });
    await Promise.all(Array.from({ length: 20 }, addOne));
    const { rows } = await state.db.execute(sql`SELECT word FROM probe WHERE id = 100`);
    expect(rows).toEqual([{ word: "20" }]);
  });
});

describe("Planning migrations", () => {
  const file = (number: number, checksum = "same"): Migration => ({ number, name: `m${number}`, sql: "", checksum });
  const row = (number: number, checksum = "same") => ({ number, name: `m${number}`, checksum });

  test.each([
    ["an edited migration", [file(1)], [row(1, "other")], /m1 was changed after it was applied/],
    ["a missing migration", [file(1), file(3)], [row(1), row(2)], /m2 .*missing/],
    ["a database of a newer version", [file(1)], [row(1), row(2)], /newer Yagura/],
    ["a migration that comes too late", [file(1), file(2), file(3)], [row(1), row(3)], /m2 comes before/],
  ])("refuses %s", (_, known, applied, message) => {
    expect(() => planMigrations(known, applied)).toThrow(message);
  });

  it("applies only what is new, in order", () => {
    expect(planMigrations([file(1), file(2), file(5)], [row(1)]).map((m) => m.number)).toEqual([2, 5]);
  });
});

describe("Migration files", () => {
  test.each([
    ["with a free name", ["1_first.sql"], /NNNN_words/],
    ["with the same number twice", ["0001_a.sql", "0001_b.sql"], /two migrations have the number 0001/],
  ])("%s are refused", async (_, names, message) => {
    const folder = await mkdtemp(join(tmpdir(), "yagura-migrations-"));
    for (const name of names) await writeFile(join(folder, name), "SELECT 1;");
    await expect(readMigrations(new URL(`file://${folder}/`))).rejects.toThrow(message);
    await rm(folder, { recursive: true });
  });
});

describe("The embedded engine on disk", () => {
  it("is created in an empty directory, migrated once, and opens again with its rows", async () => {
    const home = await mkdtemp(join(tmpdir(), "yagura-state-"));
    const directory = join(home, "state");
    await mkdir(directory);
    const first = await openState({ directory, log });
    expect((await first.migrate()).applied.length).toBeGreaterThanOrEqual(3);
    await first.db.execute(sql`INSERT INTO setup_link (token_hash) VALUES ('kept')`);
    await first.close();

    const second = await openState({ directory, log });
    expect((await second.migrate()).applied).toEqual([]);
    expect((await second.db.execute(sql`SELECT token_hash FROM setup_link`)).rows).toEqual([{ token_hash: "kept" }]);
    await second.close();
    await expect(second.db.execute(sql`SELECT 1`)).rejects.toThrow();
    expect(await second.ping()).toBe(false);
    await rm(home, { recursive: true });
  });

  it("refuses a directory that holds something else", async () => {
    const directory = await mkdtemp(join(tmpdir(), "yagura-state-"));
    await writeFile(join(directory, "letters.txt"), "not ours");
    await expect(openState({ directory, log })).rejects.toThrow(/holds other files/);
    await rm(directory, { recursive: true });
  });
});

describe("A PostgreSQL server that is away", () => {
  it("is reported as unavailable, without ending the process", async () => {
    const state = await openState({ url: "postgresql://nobody@127.0.0.1:9/none", log });
    expect(await state.ping()).toBe(false);
    await expect(state.transaction(async () => 1)).rejects.toMatchObject({ code: "unavailable" });
    await expect(state.migrate()).rejects.toMatchObject({ code: "unavailable" });
    await expect(state.db.execute(sql`SELECT 1`)).rejects.toMatchObject({ code: "unavailable" });
    await expect(state.db.select({ one: sql`1` }).from(sql`probe`)).rejects.toMatchObject({ code: "unavailable" });
    await state.close();
  });
});
