import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { literalText } from "../search/language/ast.ts";
import { parseQuery } from "../search/language/parse.ts";
import { eventsLink } from "./events-link.ts";
import { storableKey } from "./text.ts";

const at = (iso: string) => new Date(iso);
const times = { firstAt: at("2026-11-22T12:00:00.500Z"), lastAt: at("2026-11-22T12:00:59.999Z") };

describe("The link from an alert to its events", () => {
  it.each([
    ["host", "dc1.example.jp", "rule:r-1 and host.name:dc1.example.jp"],
    ["user", 'a "b" \\c', 'rule:r-1 and user.name:"a \\"b\\" \\\\c"'],
    ["address", "2001:db8::1", 'rule:r-1 and source.ip:"2001:db8::1"'],
    ["domain", "例え.jp", 'rule:r-1 and url.domain:"例え.jp"'],
    ["source", "source_1", "rule:r-1 and source:source_1"],
  ] as const)("for a %s %s", (entityKind, entity, q) => {
    expect(eventsLink({ ruleId: "r-1", entityKind, entity, ...times })).toEqual({
      q,
      from: "2026-11-22T12:00:00.000Z",
      to: "2026-11-22T12:01:00.000Z",
    });
  });

  it("for what Yagura says of a source is the event about it, which is none of its own", () => {
    const linked = { ruleId: "r-1", entityKind: "source", entity: "s-1", ...times } as const;
    expect(eventsLink({ ...linked, sample: { dataset: "yagura.log_source" } }).q).toBe(
      "rule:r-1 and log_source.id:s-1",
    );
  });

  it("for a correlation shows all of the entity's events, because they do not carry its name", () => {
    const linked = {
      ruleId: "r-1",
      entityKind: "user",
      entity: "eve",
      ...times,
      sample: { contributing: [] },
    } as const;
    expect(eventsLink(linked).q).toBe("user.name:eve");
  });

  it("is read by the search language as exactly that entity, whatever characters it has", () => {
    const text = fc.string({ unit: "binary", minLength: 1, maxLength: 400 }).map(storableKey);
    fc.assert(
      fc.property(text, text, (ruleId, entity) => {
        const parsed = parseQuery(eventsLink({ ruleId, entityKind: "host", entity, ...times }).q);
        const leaves = parsed.ok && parsed.value.kind === "and" ? parsed.value.items : [];
        expect(leaves).toMatchObject([
          { kind: "match", field: "rule" },
          { kind: "match", field: "host.name" },
        ]);
        const values = leaves.map((leaf) => (leaf.kind === "match" ? literalText(leaf.pattern) : undefined));
        expect(values).toEqual([ruleId, entity]);
      }),
      { numRuns: 300 },
    );
  });
});
