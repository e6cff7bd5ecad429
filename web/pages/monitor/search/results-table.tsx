import { createColumnHelper, tableFeatures, useTable } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { EventRow } from "../../../api/search.ts";
import { zoneLabel } from "../../../ui/clock.ts";
import { useClock } from "../../../ui/use-clock.tsx";
import { cellValue } from "./cell.tsx";
import { Head, SortableHead } from "./results-head.tsx";
import { Row } from "./results-row.tsx";
import classes from "./results-table.module.css";
import type { SearchState } from "./use-search-state.ts";

type TableProps = {
  readonly rows: readonly EventRow[];
  readonly state: SearchState;
  readonly active: number;
  readonly onActive: (index: number) => void;
  readonly onOpen: (row: EventRow) => void;
  readonly footer?: ReactNode;
  readonly isStale: boolean;
};

const ROW = { table: 28, sentence: 50 } as const;
const features = tableFeatures({});
const helper = createColumnHelper<typeof features, EventRow>();

/** The matching events, drawn only where they can be seen, so that ten thousand scroll as smoothly as ten. */
export function ResultsTable({ rows, state, active, onActive, onOpen, footer, isStale }: TableProps) {
  const { t } = useTranslation("search");
  const grid = useRef<HTMLDivElement>(null);
  const isSentence = state.view === "sentence";
  const columns = useMemo(
    () =>
      helper.columns([
        helper.accessor("time", { id: "time" }),
        ...(isSentence
          ? []
          : state.columns.map((name) => helper.accessor((row) => cellValue(row, name), { id: name }))),
      ]),
    [state.columns, isSentence],
  );
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable({ features, columns, data, getRowId: ({ id }) => id });
  const drawn = table.getRowModel().rows;
  const height = ROW[state.view];
  const virtual = useVirtualizer({
    count: drawn.length,
    getScrollElement: () => grid.current,
    estimateSize: () => height,
    overscan: 12,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are asked again when the view changes
  useEffect(() => virtual.measure(), [height]);
  useEffect(() => {
    if (active >= 0) virtual.scrollToIndex(active, { align: "auto" });
  }, [active, virtual]);
  const template = isSentence
    ? "28px minmax(0, 1fr)"
    : `28px 196px ${state.columns.map((name) => widthOf(name)).join(" ")}`;
  const activeId = drawn[active]?.id;

  return (
    <div ref={grid} className={classes.scroll} data-stale={isStale || undefined}>
      {/* biome-ignore lint/a11y/useSemanticElements: a virtual grid has no table element */}
      <div
        className={classes.grid}
        style={{ minWidth: isSentence ? 0 : leastWidth(state.columns) }}
        role="grid"
        tabIndex={0}
        aria-label={t("results.label")}
        aria-rowcount={rows.length + 1}
        aria-activedescendant={activeId ? `event-${activeId}` : undefined}
        aria-busy={isStale}
      >
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus and names the active row */}
        <div className={classes.head} role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
          <Head label={t("results.marks")} isHidden />
          <SortableHead name="time" label={t("results.time", { zone: zoneLabel(useClock().zone) })} state={state} />
          {isSentence
            ? null
            : state.columns.map((name) => (
                <SortableHead
                  key={name}
                  name={name}
                  label={t(`column.${name.replaceAll(".", "_")}`, { defaultValue: name })}
                  state={state}
                />
              ))}
        </div>
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        <div role="rowgroup" className={classes.body} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = drawn[index];
            return row ? (
              <Row
                key={row.id}
                row={row.original}
                index={index}
                state={state}
                isActive={index === active}
                style={{ transform: `translateY(${start}px)`, height, gridTemplateColumns: template }}
                onClick={() => {
                  onActive(index);
                  onOpen(row.original);
                }}
              />
            ) : null;
          })}
        </div>
      </div>
      {footer}
    </div>
  );
}

const isWide = (name: string): boolean => ["what", "message", "process.command_line", "url.full"].includes(name);
const widthOf = (name: string): string => (isWide(name) ? "minmax(200px, 2fr)" : "minmax(112px, 1fr)");
/** Below this the grid scrolls sideways instead of squeezing. */
const leastWidth = (columns: readonly string[]): number =>
  224 + columns.reduce((sum, name) => sum + (isWide(name) ? 200 : 112), 0);
