import { expect, it } from "vitest";
import { createTurn } from "./turn.ts";

it("Work is done one at a time, in the order asked, whatever becomes of what was before it", async () => {
  const turn = createTurn();
  const said: string[] = [];
  const first = turn(async () => {
    said.push("first begins");
    await Promise.resolve();
    said.push("first ends");
    throw new Error("broken");
  });
  const second = turn(async () => said.push("second"));
  await expect(first).rejects.toThrow("broken");
  await second;
  expect(said).toEqual(["first begins", "first ends", "second"]);
});

it("Who gives up waiting does nothing, and those behind still wait for what is being done", async () => {
  const turn = createTurn();
  const said: string[] = [];
  const long = Promise.withResolvers<void>();
  const first = turn(async () => {
    await long.promise;
    said.push("first");
  });
  const leaving = new AbortController();
  const second = turn(async () => said.push("second"), leaving.signal);
  const third = turn(async () => said.push("third"));
  leaving.abort(new Error("closing"));
  await expect(second).rejects.toThrow("closing");
  long.resolve();
  await Promise.all([first, third]);
  expect(said).toEqual(["first", "third"]);
});
