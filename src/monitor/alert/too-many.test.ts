import { describe, expect, it } from "vitest";
import { tooMany } from "./triage.ts";

describe("A filter that matches too many alerts to change at once", () => {
  it("is refused with their number, as far as they were counted", () => {
    expect(tooMany(50_001)).toMatchObject({
      code: "over_limit",
      message: "The filter matches 50,001 alerts; one action may change 50,000.",
      detail: { matches: 50_001, isMore: false },
    });
    expect(tooMany(1_000_000).message).toContain("matches 1,000,000 alerts");
    expect(tooMany(1_000_001)).toMatchObject({
      message: "The filter matches more than 1,000,000 alerts; one action may change 50,000.",
      detail: { matches: 1_000_000, isMore: true, limit: 50_000 },
    });
  });
});
