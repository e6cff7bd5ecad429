import { expect, it } from "vitest";
import { createLooker } from "./looker.ts";
import type { Changed } from "./use-live.ts";

it("A list is looked at once at a time, and once more for all that changed meanwhile", async () => {
  const asked: Changed[] = [];
  const answers: PromiseWithResolvers<void>[] = [];
  const look = createLooker((changed) => {
    asked.push(changed);
    const answer = Promise.withResolvers<void>();
    answers.push(answer);
    return answer.promise;
  });
  look(new Set("a"));
  look(new Set("b"));
  look(new Set("bc"));
  expect(asked).toEqual([new Set("a")]);
  answers[0]?.reject(new Error("away"));
  await expect.poll(() => asked).toEqual([new Set("a"), new Set("bc")]);
  look(new Set("d"));
  look(undefined);
  answers[1]?.resolve();
  await expect.poll(() => asked.at(-1)).toBeUndefined();
  expect(asked).toHaveLength(3);
});
