import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { type TestContexts, testContexts } from "../source/testing.ts";
import { parserDocument, parserVersion } from "./schema.ts";
import { listParsers, readParser, readParserVersion } from "./service.ts";

const T0 = new Date("2026-11-22T12:00:00.000Z");
const TEXT = 'tests:\n  - line: "door=3F card=sato"\n';

let state: State;
let contexts: TestContexts;
beforeAll(async () => {
  state = await openTestState();
  contexts = testContexts(state, T0);
  const by = { updatedById: "1", updatedByName: "A", updatedAt: T0 };
  const stored = { title: "Door", draft: TEXT, revision: 1, publishedVersion: 1, ...by };
  await state.db.insert(parserDocument).values([
    { id: "door", deletedAt: null, ...stored },
    { id: "gone", deletedAt: T0, ...stored },
  ]);
  const version = { version: 1, text: TEXT, comment: "", byId: "1", byName: "A", at: T0 };
  await state.db.insert(parserVersion).values([
    { parserId: "door", ...version },
    { parserId: "gone", ...version },
  ]);
});
afterAll(() => state?.close());

describe("The document of a parser, whose tests have lines of events", () => {
  test.each([
    ["system-administrator", "unit_root", true],
    ["analyst", "unit_root", true],
    ["analyst", "unit_osaka", false],
    ["executive", "unit_root", false],
    ["supplier-contact", "unit_osaka", false],
  ] as const)("%s of %s may read it: %s", async (role, unit, mayRead) => {
    const ctx = await contexts.as({ role, units: [unit] });
    expect((await listParsers(ctx)).items.map(({ id }) => id)).toEqual(["door"]);
    // One after the other: a refusal that nobody waits for yet would end the test.
    for (const read of [() => readParser(ctx, "door"), () => readParserVersion(ctx, { id: "door", version: 1 })])
      if (mayRead) expect(await read()).toMatchObject({ text: TEXT });
      else await expect(read()).rejects.toMatchObject({ code: "forbidden", detail: { permission: "event:read" } });
  });

  it("is not there any more once the parser is deleted", async () => {
    const ctx = await contexts.as({ role: "system-administrator" });
    await expect(readParserVersion(ctx, { id: "gone", version: 1 })).rejects.toMatchObject({ code: "not_found" });
  });
});
