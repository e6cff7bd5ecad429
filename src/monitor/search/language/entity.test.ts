import { describe, expect, it } from "vitest";
import { entityText } from "./entity.ts";
import { parseQuery } from "./parse.ts";

describe("The search for an entity", () => {
  it.each([
    ["address", "203.0.113.9", ["source.ip:203.0.113.9", "destination.ip:203.0.113.9", "host.ip:203.0.113.9"]],
    [
      "account",
      "CORP\\Alice",
      ["user.name:alice", "user.name:*\\\\alice", "user.name:alice@*", "user.target.name:alice"],
    ],
    ["host", "WS5.corp.example", ["host.name:ws5", "host.name:ws5.*", "source.owner.host:ws5"]],
    ["host", "10.0.0.5", ["host.name:10.0.0.5"]],
    ["domain", "Evil.example.", ["url.domain:evil.example", "dns.question.name:evil.example"]],
    ["hash", "A".repeat(40), [`file.hash.sha1:${"a".repeat(40)}`]],
  ] as const)("of the kind %s named %s asks every place in every spelling", (kind, value, parts) => {
    const text = entityText(kind, value);
    expect(parseQuery(text).ok).toBe(true);
    for (const part of parts) expect(text.split(" or ")).toContain(part);
  });

  it("is none when nothing is left of the name, or it is longer than a query may be", () => {
    expect(entityText("account", "CORP\\")).toBe("");
    expect(entityText("domain", "a".repeat(900))).toBe("");
  });
});
