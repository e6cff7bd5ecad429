import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { alertFacetsQuery, alertsFile } from "../../../api/alerts.ts";
import { Empty } from "../../../ui/empty.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { DownloadIcon } from "../../../ui/icons.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { QueryField } from "../../../ui/query-field.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { SpanChip } from "../../../ui/span-chip.tsx";
import { VirtualTable } from "../../../ui/virtual-table.tsx";
import { AlertFacetList } from "./alert-facet-list.tsx";
import classes from "./alerts-page.module.css";
import { ChangesMenu } from "./changes-menu.tsx";
import { FilterNotes } from "./filter-notes.tsx";
import { LiveAlerts } from "./live-alerts.tsx";
import { useAlerts } from "./use-alerts.ts";
import { type AlertsState, useAlertsState } from "./use-alerts-state.ts";
import { useConflicts } from "./use-conflicts.ts";
import { idOf, useList } from "./use-list.ts";
import { useTriage } from "./use-triage.ts";

const AlertPanel = lazy(() => import("./alert-panel.tsx").then(({ AlertPanel }) => ({ default: AlertPanel })));
const TriageDialogs = lazy(() =>
  import("./triage-dialogs.tsx").then(({ TriageDialogs }) => ({ default: TriageDialogs })),
);
const ConflictsDialog = lazy(() =>
  import("./conflicts-dialog.tsx").then(({ ConflictsDialog }) => ({ default: ConflictsDialog })),
);
const BulkBar = lazy(() => import("./bulk-bar.tsx").then(({ BulkBar }) => ({ default: BulkBar })));

export function AlertsPage() {
  const { t } = useTranslation(["alerts", "shell"]);
  const state = useAlertsState();
  const alerts = useAlerts(state);
  const { data: facets } = useQuery(alertFacetsQuery(state.filter));
  const { rows, total, isTotalCapped, error, isPending, isPlaceholderData } = alerts;
  const list = useList(rows, state);
  const triage = useTriage(list);
  const { conflicts, hide } = useConflicts();
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <h1 className={classes.title}>{t("alerts:title")}</h1>
        <p className={classes.total} aria-live="polite">
          {isPending
            ? ""
            : isTotalCapped
              ? t("alerts:totalMore", { text: formatCount(total) })
              : t("alerts:total", { count: total, text: formatCount(total) })}
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
        {list.canWrite ? <ChangesMenu /> : null}
        <Button
          component="a"
          size="xs"
          variant="default"
          leftSection={<DownloadIcon size={14} />}
          href={alertsFile({ ...state.filter, sort: state.sort, order: state.order })}
          title={t("alerts:fileHint")}
          download
        >
          {t("alerts:file")}
        </Button>
        <Link to="/alerts/matrix">{t("alerts:matrix")}</Link>
        <Link to="/alerts/groups">{t("alerts:groups")}</Link>
      </header>
      <div className={classes.lower} data-open={state.openId ? true : undefined}>
        <AlertFacetList state={state} facets={facets} />
        <div className={classes.middle} data-stale={isPlaceholderData || undefined}>
          <LiveAlerts state={state} rows={rows} isWhole={!alerts.hasNextPage} onShow={() => void alerts.refetch()} />
          <FilterNotes state={state} />
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
                chosen={list.chosenRows()}
                all={list.all}
                targets={list.targets}
                total={total}
                isTotalCapped={isTotalCapped}
                isChoosing={list.isChoosing}
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
      <Suspense>
        {triage.dialog ? <TriageDialogs triage={triage} /> : null}
        {conflicts ? <ConflictsDialog conflicts={conflicts} onClose={hide} /> : null}
      </Suspense>
    </div>
  );
}

/** A title, a sentence of one line and the tactics. */
const ROW_HEIGHT = 76;

const FILTERS = [
  "q",
  "status",
  "severity",
  "assignee",
  "disposition",
  "rule",
  "entityKind",
  "entity",
  "entityIs",
  "source",
  "tactic",
  "technique",
  "from",
  "to",
  "level",
  "judged",
  "createdFrom",
  "createdTo",
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
