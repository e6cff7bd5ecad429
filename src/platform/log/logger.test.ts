import { describe, expect, it } from "vitest";
import { createLogger } from "./index.ts";

describe("A log line", () => {
  it("is one JSON object with an ISO time and the level in words", () => {
    const lines: string[] = [];
    createLogger("info", { write: (line: string) => void lines.push(line) }).warn(
      { disk: "91 %" },
      "the disk fills up",
    );
    expect(JSON.parse(lines.join(""))).toEqual({
      level: "warn",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      disk: "91 %",
      msg: "the disk fills up",
    });
  });

  it("never holds a secret that was logged by mistake", () => {
    const lines: string[] = [];
    const log = createLogger("info", { write: (line: string) => void lines.push(line) });
    const facts = {
      password: "s3cret",
      token: "s3cret",
      authorization: "s3cret",
      cookie: "s3cret",
      "set-cookie": "s3cret",
    };
    log.info(facts, "flat");
    log.info({ headers: facts }, "nested");
    log.info({ request: { headers: facts } }, "deeper");
    expect(lines).toHaveLength(3);
    expect(lines.join("")).not.toContain("s3cret");
  });
});
