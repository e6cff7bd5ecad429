import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { type AlertRow, alertFacetsQuery } from "../../../api/alerts.ts";
import { meQuery } from "../../../api/session.ts";
import { useRuleTitle } from "../../../parts/use-rule-title.ts";
import { Empty } from "../../../ui/empty.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { useKeys } from "../../../ui/keys.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { QueryField } from "../../../ui/query-field.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { SpanChip } from "../../../ui/span-chip.tsx";
import { VirtualTable } from "../../../ui/virtual-table.tsx";
import { AlertFacetList } from "./alert-facet-list.tsx";
import classes from "./alerts-page.module.css";
import { useAlertColumns } from "./columns.tsx";
import { LiveAlerts } from "./live-alerts.tsx";
import { useAlerts } from "./use-alerts.ts";
import { type AlertsState, useAlertsState } from "./use-alerts-state.ts";

const AlertPanel = lazy(() => import("./alert-panel.tsx").then(({ AlertPanel }) => ({ default: AlertPanel })));
const BulkBar = lazy(() => import("./bulk-bar.tsx").then(({ BulkBar }) => ({ default: BulkBar })));

export function AlertsPage() {
  const { t } = useTranslation(["alerts", "shell"]);
  const state = useAlertsState();
  const alerts = useAlerts(state);
  const { data: facets } = useQuery(alertFacetsQuery(state.filter));
  const { rows, total, error, isPending, isPlaceholderData } = alerts;
  const list = useList(rows, state);
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <h1 className={classes.title}>{t("alerts:title")}</h1>
        <p className={classes.total} aria-live="polite">
          {isPending ? "" : t("alerts:total", { count: total, text: formatCount(total) })}
        </p>
        <QueryField
          className={classes.query}
          label={t("alerts:query")}
          value={state.search.q ?? ""}
          onChange={(q) => state.change({ q })}
        />
        <SpanChip
          from={state.search.from}
          to={state.search.to}
          label={t("alerts:span")}
          clearLabel={t("alerts:clearSpan")}
          onClear={() => state.change({ from: undefined, to: undefined })}
        />
        <ResetFilters state={state} />
        <Link to="/alerts/groups">{t("alerts:groups")}</Link>
      </header>
      <div className={classes.lower} data-open={state.openId ? true : undefined}>
        <AlertFacetList state={state} facets={facets} />
        <div className={classes.middle} data-stale={isPlaceholderData || undefined}>
          <LiveAlerts state={state} rows={rows} onShow={() => void alerts.refetch()} />
          {error ? <ProblemNote error={error} onRetry={() => void alerts.refetch()} /> : null}
          {isPending && !error ? <RowsSkeleton rows={14} /> : null}
          {!isPending && rows.length === 0 ? <NoAlerts state={state} /> : null}
          {rows.length > 0 ? (
            <VirtualTable
              label={t("alerts:title")}
              rows={rows}
              columns={list.columns}
              idOf={idOf}
              sorting={list.sorting}
              selection={list.selection}
              onOpen={list.open}
              activeId={list.activeId}
              openId={state.openId}
              total={total}
              more={alerts.more}
              rowHeight={ROW_HEIGHT}
            />
          ) : null}
          {list.chosen.size > 0 ? (
            <Suspense>
              <BulkBar
                rows={rows}
                chosen={list.chosen}
                isAll={list.isAll}
                total={total}
                filter={state.filter}
                onChooseAll={list.chooseAll}
                onClear={list.clear}
              />
            </Suspense>
          ) : null}
        </div>
        {state.openId ? (
          <Suspense>
            <AlertPanel
              id={state.openId}
              onClose={() => state.change({ alert: undefined }, false)}
              onStep={list.step}
            />
          </Suspense>
        ) : null}
      </div>
    </div>
  );
}

/** A title, a sentence of one line and the tactics. */
const ROW_HEIGHT = 76;

const idOf = ({ id }: AlertRow): string => id;

/** What is chosen, what the keyboard stands on, what is open. */
function useList(rows: readonly AlertRow[], state: AlertsState) {
  const { t } = useTranslation("alerts");
  const { data: me } = useQuery(meQuery);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isAll, setAll] = useState(false);
  const [marked, setMarked] = useState<string>();
  const columns = useAlertColumns();
  const titleOf = useRuleTitle();
  const activeId = state.openId ?? marked;
  const at = rows.findIndex(({ id }) => id === activeId);
  const open = ({ id }: AlertRow) => {
    setMarked(id);
    state.change({ alert: id }, false);
  };
  const step = (by: 1 | -1) => {
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    if (!next) return;
    setMarked(next.id);
    if (state.openId) state.change({ alert: next.id }, false);
  };
  const toggle = (id: string) => {
    setAll(false);
    setChosen((now) => (now.has(id) ? new Set([...now].filter((kept) => kept !== id)) : new Set([...now, id])));
  };
  const clear = () => {
    setAll(false);
    setChosen(new Set());
  };
  const openActive = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLElement && event.target.closest("button, a")) return false;
    const row = rows[at];
    if (row) open(row);
    return row !== undefined;
  };
  const canWrite = me?.permissions.includes("alert:write") === true;
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    arrowdown: () => step(1),
    arrowup: () => step(-1),
    d: openActive,
    enter: openActive,
    x: () => (activeId && canWrite ? toggle(activeId) : false),
  });
  const sorting = {
    by: state.sort,
    order: state.order,
    onSort: (by: string) =>
      state.change({ sort: by, order: by === state.sort && state.order === "desc" ? "asc" : undefined }),
  };
  const selection = canWrite
    ? {
        ids: chosen,
        onToggle: toggle,
        onToggleAll: () => {
          setAll(false);
          setChosen(rows.every(({ id }) => chosen.has(id)) ? new Set() : new Set(rows.map(idOf)));
        },
        allLabel: t("select.all"),
        rowLabel: (id: string) => {
          const row = rows.find((one) => one.id === id);
          return t("select.row", { title: row ? titleOf(row.rule) : "" });
        },
      }
    : undefined;
  return { columns, activeId, open, step, chosen, isAll, chooseAll: () => setAll(true), clear, sorting, selection };
}

const FILTERS = [
  "q",
  "status",
  "severity",
  "assignee",
  "disposition",
  "rule",
  "entityKind",
  "entity",
  "source",
  "tactic",
  "technique",
  "from",
  "to",
] as const;

function ResetFilters({ state }: { readonly state: AlertsState }) {
  const { t } = useTranslation("alerts");
  if (!FILTERS.some((name) => state.search[name] !== undefined)) return null;
  return (
    <Button
      size="xs"
      variant="subtle"
      onClick={() => state.change(Object.fromEntries(FILTERS.map((name) => [name, undefined])))}
    >
      {t("reset")}
    </Button>
  );
}

function NoAlerts({ state }: { readonly state: AlertsState }) {
  const { t } = useTranslation("alerts");
  const isFiltered = FILTERS.some((name) => state.search[name] !== undefined);
  return (
    <Empty
      title={isFiltered ? t("empty.filtered") : t("empty.title")}
      actions={
        <Button variant="default" onClick={() => state.change({ status: "open,in-progress,closed", q: undefined })}>
          {t("empty.showClosed")}
        </Button>
      }
    >
      {isFiltered ? t("empty.filteredHint") : t("empty.hint")}
    </Empty>
  );
}
