import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entityOfAlert, entityOfField, fromPathValue, toPathValue } from "./entity-ref.ts";

describe("The entity that a value names", () => {
  it.each([
    ["host.name", "ws5", { kind: "host", value: "ws5" }],
    ["user.target.name", "taro", { kind: "account", value: "taro" }],
    ["fields.ClientAddress", "10.0.0.5", { kind: "address", value: "10.0.0.5" }],
    ["fields.peer", "2001:db8::1", { kind: "address", value: "2001:db8::1" }],
    ["message", "hello", undefined],
    ["host.name", "", undefined],
    ["host.name", "x".repeat(5_000), undefined],
  ])("of %s %s", (field, value, wanted) => expect(entityOfField(field, value)).toEqual(wanted));

  it("is a user's account, and a log source is none", () => {
    expect(entityOfAlert("user", "taro")).toEqual({ kind: "account", value: "taro" });
    expect(entityOfAlert("source", "source_1")).toBeUndefined();
  });
});

describe("A value in an address", () => {
  it("comes back as it was, and is never a step up the path", () =>
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom(".", "..", "~", "~..", "a/../b")),
        (value) => {
          const written = toPathValue(value);
          expect(fromPathValue(written)).toBe(value.toWellFormed());
          expect([".", ".."]).not.toContain(written);
        },
      ),
    ));
});
