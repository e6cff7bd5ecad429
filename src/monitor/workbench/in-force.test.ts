import { setTimeout as pause } from "node:timers/promises";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { openParsersInForce } from "./in-force.ts";
import { parserDocument, parserVersion } from "./schema.ts";

let state: State;
beforeAll(async () => {
  state = await openTestState();
});
afterAll(async () => await state?.close());

/** The same database, whose answers are held back until the gate of each query opens. */
function heldBack<T extends object>(target: T, gate: () => Promise<void>): T {
  return new Proxy(target, {
    get(of, name) {
      const member: unknown = Reflect.get(of, name);
      if (typeof member !== "function") return member;
      if (name === "then")
        return (take: (rows: unknown) => unknown, fail: (error: unknown) => unknown) =>
          Promise.resolve(Reflect.apply(member, of, [(rows: unknown) => rows]))
            .then(async (rows) => {
              await gate();
              return rows;
            })
            .then(take, fail);
      return (...inputs: unknown[]) => {
        const result: unknown = Reflect.apply(member, of, inputs);
        return typeof result === "object" && result !== null ? heldBack(result, gate) : result;
      };
    },
  });
}

const by = { byId: "1", byName: "A", at: new Date(0) };

it("what was published last is in force last, however slow an earlier reading is", async () => {
  const base = { title: "One", draft: "", revision: 1, updatedById: "1", updatedByName: "A", updatedAt: new Date(0) };
  for (const version of [1, 2])
    await state.db
      .insert(parserVersion)
      .values({ parserId: "one", version, text: `text ${version}`, comment: "", ...by });
  await state.db.insert(parserDocument).values({ id: "one", publishedVersion: null, deletedAt: null, ...base });
  const gates = [Promise.resolve()];
  const applied: (readonly string[])[] = [];
  const slow = heldBack(state.db, async () => await gates.shift());
  const parsers = await openParsersInForce({ state: slow, apply: (texts) => applied.push(texts) });
  const publish = async (publishedVersion: number) =>
    await state.db.update(parserDocument).set({ publishedVersion }).where(eq(parserDocument.id, "one"));

  const { promise: late, resolve: release } = Promise.withResolvers<void>();
  gates.push(late);
  await publish(1);
  const first = parsers.refresh();
  // The first reading has its rows once its gate is taken.
  while (gates.length > 0) await pause(5);
  await publish(2);
  const second = parsers.refresh();
  await Promise.race([second, pause(200)]);
  release();
  await Promise.all([first, second]);
  expect(applied.at(-1)).toEqual(["text 2"]);
  expect(parsers.ids()).toEqual(["one"]);
});
