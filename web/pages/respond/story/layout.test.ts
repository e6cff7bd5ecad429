import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { GraphNode } from "../../../api/story.ts";
import { BOX, curveOf, fitted, layoutOf } from "./layout.ts";

const kinds = ["address", "domain", "user", "host", "process", "file"] as const;
const nodeArb = fc.record({
  n: fc.nat(9999),
  kind: fc.constantFrom(...kinds),
  isOutside: fc.boolean(),
  minute: fc.nat(59),
});
const nodeOf = ({
  n,
  kind,
  isOutside,
  minute,
}: {
  n: number;
  kind: GraphNode["kind"];
  isOutside: boolean;
  minute: number;
}) => ({
  id: `${kind} ${n}`,
  kind,
  value: String(n),
  host: "",
  isOutside: isOutside && kind === "address",
  severity: "low" as const,
  events: 1,
  alertIds: [],
  firstAt: `2026-11-22T12:${String(minute).padStart(2, "0")}:00.000Z`,
  lastAt: "2026-11-22T13:00:00.000Z",
  q: "",
});

describe("Where the entities of an attack stand", () => {
  it("has a place of its own for each, within the picture, whatever order they come in", () => {
    fc.assert(
      fc.property(fc.uniqueArray(nodeArb, { selector: ({ n, kind }) => `${kind}${n}`, maxLength: 70 }), (wanted) => {
        const nodes = wanted.map(nodeOf);
        const { placed, width, height } = layoutOf({ nodes });
        const places = [...placed.values()].map(({ x, y }) => `${x},${y}`);
        expect(new Set(places).size).toBe(nodes.length);
        for (const { x, y } of placed.values()) {
          expect(x + BOX.width).toBeLessThanOrEqual(width);
          expect(y + BOX.height).toBeLessThanOrEqual(height);
        }
        expect([...layoutOf({ nodes: nodes.toReversed() }).placed.keys()].toSorted()).toEqual(
          [...placed.keys()].toSorted(),
        );
        for (const [id, one] of layoutOf({ nodes: nodes.toReversed() }).placed)
          expect([one.x, one.y]).toEqual([placed.get(id)?.x, placed.get(id)?.y]);
      }),
    );
  });

  it("joins any two boxes by a curve of finite numbers", () => {
    const { placed } = layoutOf({ nodes: kinds.map((kind, n) => nodeOf({ n, kind, isOutside: false, minute: n })) });
    for (const a of placed.values())
      for (const b of placed.values()) expect(curveOf(a, b)).toMatch(/^M[\d.,]+ C[\d.,]+ [\d.,]+ [\d.,]+$/);
  });

  it("cuts names to the box, full-width characters counted twice", () => {
    expect(fitted("short.example")).toBe("short.example");
    expect(fitted("とても長い日本語のホスト名サーバー")).toBe("とても長い日本語のホス…");
    expect(fitted("a".repeat(40))).toBe(`${"a".repeat(22)}…`);
  });
});
