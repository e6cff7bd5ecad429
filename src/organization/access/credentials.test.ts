import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { tokenIn } from "./credentials.ts";

const TOKEN = `ygr_${"Ab1-_".repeat(9).slice(0, 43)}`;
const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("The token in an Authorization header", () => {
  test.each([
    ["a script", `Bearer ${TOKEN}`, TOKEN],
    ["a script in small letters", `bearer  ${TOKEN}`, TOKEN],
    ["Filebeat with id:api_key", `ApiKey ${base64(`any:${TOKEN}`)}`, TOKEN],
    ["an Elasticsearch client with the key alone", `ApiKey ${base64(TOKEN)}`, TOKEN],
    ["a shipper that passes the token as it is", `ApiKey ${TOKEN}`, TOKEN],
    ["Fluent Bit with a user name and a password", `Basic ${base64(`yagura:${TOKEN}`)}`, TOKEN],
    ["a real password", `Basic ${base64("user:password")}`, undefined],
    ["a token of something else", `Bearer ghp_${"a".repeat(40)}`, undefined],
    ["a token that is too long", `Bearer ${TOKEN}x`, undefined],
    ["a token with a line break", `Bearer ${TOKEN}\n`, TOKEN],
    ["another scheme", `Digest ${TOKEN}`, undefined],
    ["nothing", "", undefined],
  ])("is found as sent by %s", (_, header, expected) => {
    expect(tokenIn(header)).toBe(expected);
  });

  it("never throws, whatever is sent", () => {
    fc.assert(fc.property(fc.string({ maxLength: 2_000, unit: "binary" }), (header) => void tokenIn(header)));
  });
});
