import { describe, expect, it } from "vitest";
import { deafness } from "./silence.ts";

describe("Nobody can be heard", () => {
  it("while the log is full, and when the disk refused since the last look", () => {
    const stats = { writeErrors: 3, isFull: false };
    const isDeaf = deafness(() => stats);
    const looks = [{}, { isFull: true }, { isFull: false }, { writeErrors: 4 }, {}].map((change) => {
      Object.assign(stats, change);
      return isDeaf();
    });
    expect(looks).toEqual([false, true, false, true, false]);
  });
});
