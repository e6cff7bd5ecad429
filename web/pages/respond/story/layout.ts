import type { AttackGraph, GraphNode } from "../../../api/story.ts";

export const BOX = { width: 172, height: 38, columnGap: 62, rowGap: 14, margin: 16, head: 26 } as const;

export type Column = "outside" | "user" | "address" | "host" | "process" | "file";
export const COLUMNS: readonly Column[] = ["outside", "user", "address", "host", "process", "file"];

export type Placed = { readonly node: GraphNode; readonly x: number; readonly y: number };
export type Layout = {
  readonly columns: readonly { readonly column: Column; readonly x: number }[];
  readonly placed: ReadonlyMap<string, Placed>;
  readonly width: number;
  readonly height: number;
};

/** What is not ours stands at the left, then people, machines, and what ran and was written on them. */
export function columnOf({ kind, isOutside }: Pick<GraphNode, "kind" | "isOutside">): Column {
  if (kind === "domain" || isOutside) return "outside";
  return kind;
}

/** Columns by kind, in each the first seen on top: the same graph always looks the same. */
export function layoutOf({ nodes }: Pick<AttackGraph, "nodes">): Layout {
  const byColumn = Map.groupBy(nodes, columnOf);
  const columns = COLUMNS.filter((column) => byColumn.has(column)).map((column, index) => ({
    column,
    x: BOX.margin + index * (BOX.width + BOX.columnGap),
  }));
  const placed = new Map<string, Placed>();
  let rows = 0;
  for (const { column, x } of columns) {
    const inOrder = (byColumn.get(column) ?? []).toSorted(
      (a, b) =>
        Number(a.members !== undefined) - Number(b.members !== undefined) ||
        compare(a.firstAt, b.firstAt) ||
        compare(a.id, b.id),
    );
    rows = Math.max(rows, inOrder.length);
    inOrder.forEach((node, row) => {
      placed.set(node.id, { node, x, y: BOX.margin + BOX.head + row * (BOX.height + BOX.rowGap) });
    });
  }
  return {
    columns,
    placed,
    width: BOX.margin * 2 + columns.length * BOX.width + Math.max(0, columns.length - 1) * BOX.columnGap,
    height: BOX.margin * 2 + BOX.head + rows * (BOX.height + BOX.rowGap),
  };
}

/** A curve from box to box: from side to side, or around the right where both stand in one column. */
export function curveOf(from: Placed, to: Placed): string {
  const [fromY, toY] = [from.y + BOX.height / 2, to.y + BOX.height / 2];
  if (from.x === to.x) {
    const x = from.x + BOX.width;
    const bend = x + Math.min(BOX.columnGap - 8, 18 + Math.abs(toY - fromY) / 12);
    return `M${x},${fromY} C${bend},${fromY} ${bend},${toY} ${x},${toY}`;
  }
  const isRight = to.x > from.x;
  const [startX, endX] = isRight ? [from.x + BOX.width, to.x] : [from.x, to.x + BOX.width];
  const middle = (startX + endX) / 2;
  return `M${startX},${fromY} C${middle},${fromY} ${middle},${toY} ${endX},${toY}`;
}

/** Cut to the width of a box; full-width characters count twice. */
export function fitted(text: string, units = 22): string {
  let used = 0;
  let kept = "";
  for (const char of text) {
    used +=
      /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(
        char,
      )
        ? 2
        : 1;
    if (used > units) return `${kept}…`;
    kept += char;
  }
  return kept;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
