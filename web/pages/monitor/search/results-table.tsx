import { ActionIcon, Button, VisuallyHidden } from "@mantine/core";
import { createColumnHelper, tableFeatures, useTable } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { addFilter } from "../../../../src/monitor/search/language/filter.ts";
import type { EventRow } from "../../../api/search.ts";
import { plainAnswer, SixSentence } from "../../../parts/six-sentence.tsx";
import { ValueMenu } from "../../../parts/value-menu.tsx";
import { formatRowInstant, zoneLabel } from "../../../ui/clock.ts";
import { AlertTriangleIcon, ArrowDownIcon, ArrowUpIcon, ShieldCheckIcon, XIcon } from "../../../ui/icons.ts";
import { useClock } from "../../../ui/use-clock.tsx";
import { cellValue, useCellText } from "./cell.tsx";
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

function Head({ label, isHidden }: { readonly label: string; readonly isHidden?: boolean }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtual grid has no table element
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus
    <div role="columnheader" className={classes.headCell}>
      {isHidden ? <VisuallyHidden>{label}</VisuallyHidden> : label}
    </div>
  );
}

type HeadProps = { readonly name: string; readonly label: string; readonly state: SearchState };

function SortableHead({ name, label, state }: HeadProps) {
  const { t } = useTranslation("search");
  const [sorted, order] = state.sort.split(":");
  const isSorted = sorted === name;
  const canSort = !name.startsWith("fields.") && !state.isLive;
  const next = isSorted && order === "desc" ? "asc" : "desc";
  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtual grid has no table element
    // biome-ignore lint/a11y/useFocusableInteractive: the buttons inside hold the focus
    <div
      role="columnheader"
      className={classes.headCell}
      aria-sort={isSorted ? (order === "asc" ? "ascending" : "descending") : "none"}
    >
      {canSort ? (
        <button
          type="button"
          className={classes.sort}
          title={t("results.sort", { field: name })}
          onClick={() => state.change({ sort: `${name}:${next}` === "time:desc" ? undefined : `${name}:${next}` })}
        >
          {label}
          {isSorted ? (
            order === "asc" ? (
              <ArrowUpIcon size={13} aria-hidden />
            ) : (
              <ArrowDownIcon size={13} aria-hidden />
            )
          ) : null}
        </button>
      ) : (
        <span className={classes.sort}>{label}</span>
      )}
      {name === "time" ? null : (
        <ActionIcon
          size={24}
          className={classes.removeColumn}
          aria-label={t("columns.remove", { field: name })}
          onClick={() => state.setColumns(state.columns.filter((column) => column !== name))}
        >
          <XIcon size={12} />
        </ActionIcon>
      )}
    </div>
  );
}

type RowProps = {
  readonly row: EventRow;
  readonly index: number;
  readonly state: SearchState;
  readonly isActive: boolean;
  readonly style: React.CSSProperties;
  readonly onClick: () => void;
};

function Row({ row, index, state, isActive, style, onClick }: RowProps) {
  const { zone } = useClock();
  const cellText = useCellText();
  const { t } = useTranslation("search");
  // The menus of values are there for the row that one is at: for all rows they would be hundreds. One that was opened stays.
  const [isNear, setNear] = useState(false);
  const [isHeld, setHeld] = useState(false);
  const hasMenus = isActive || isNear || isHeld;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtual grid has no table element
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus and names the active row
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter and d open the active row for the whole page
    <div
      role="row"
      id={`event-${row.id}`}
      className={classes.row}
      aria-rowindex={index + 2}
      aria-selected={row.id === state.openEvent}
      data-active={isActive || undefined}
      style={style}
      onPointerEnter={() => setNear(true)}
      onPointerLeave={() => setNear(false)}
      onClick={(event) => {
        // What a menu or dialog of the row draws lies elsewhere on the page; its clicks are its own.
        const { target, currentTarget } = event;
        if (target instanceof Element && currentTarget.contains(target) && !target.closest("button, a")) onClick();
      }}
    >
      <Cell>
        {row.ruleIds.length > 0 ? (
          <ShieldCheckIcon size={15} className={classes.detected} role="img" aria-label={t("results.detected")} />
        ) : row.problem !== "" ? (
          <AlertTriangleIcon size={15} className={classes.problem} role="img" aria-label={t("results.problem")} />
        ) : null}
      </Cell>
      {state.view === "sentence" ? (
        <Cell>
          <span className={classes.sentence}>
            <SixSentence time={row.time} six={row.six} draw={plainAnswer} />
            <span className={classes.dataset}>{row.dataset || t("results.unparsed")}</span>
          </span>
        </Cell>
      ) : (
        <>
          <Cell>
            <time dateTime={row.time}>{formatRowInstant(row.time, zone)}</time>
          </Cell>
          {state.columns.map((name) => {
            const value = cellValue(row, name);
            return (
              <Cell
                key={name}
                title={value === undefined ? undefined : String(value)}
                menu={
                  hasMenus && value !== undefined ? (
                    <ValueMenu
                      field={name}
                      value={value}
                      at={row.time}
                      size={20}
                      onOpen={() => setHeld(true)}
                      onFilter={(negate) => state.change({ q: addFilter(state.scope.q, name, value, negate) })}
                    />
                  ) : null
                }
              >
                {cellText(name, value)}
              </Cell>
            );
          })}
        </>
      )}
    </div>
  );
}

type CellProps = {
  readonly title?: string | undefined;
  readonly menu?: ReactNode;
  readonly children: ReactNode;
};

function Cell({ title, menu, children }: CellProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtual grid has no table element
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus
    <div role="gridcell" className={classes.cell} title={title} data-menu={menu ? true : undefined}>
      {menu ? (
        <>
          <span className={classes.cellText}>{children}</span>
          <span className={classes.cellMenu}>{menu}</span>
        </>
      ) : (
        children
      )}
    </div>
  );
}

type FooterProps = {
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly onMore: () => void;
  readonly note: string;
};

export function ResultsFooter({ hasMore, isLoading, onMore, note }: FooterProps) {
  const { t } = useTranslation("shell");
  return (
    <div className={classes.footer}>
      {hasMore ? (
        <Button size="xs" variant="default" loading={isLoading} onClick={onMore}>
          {t("action.loadMore")}
        </Button>
      ) : null}
      <span>{note}</span>
    </div>
  );
}
