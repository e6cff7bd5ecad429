import { Button } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { LEVELS } from "../../../api/alerts.ts";
import {
  INCIDENT_STATUSES,
  type IncidentRow,
  type IncidentSort,
  keyOf,
  listIncidents,
} from "../../../api/incidents.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { useLiveStatus } from "../../../live/status.ts";
import { FormationStalled } from "../../../parts/formation-stalled.tsx";
import { incidentTitle } from "../../../parts/incident-title.ts";
import { Severity } from "../../../parts/severity.tsx";
import { formatAgo } from "../../../ui/ago.ts";
import { formatInstant } from "../../../ui/clock.ts";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { Facet, Facets, joinList, splitList } from "../../../ui/facets.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { FilterChip } from "../../../ui/filter-chip.tsx";
import { LinkButton } from "../../../ui/link-button.tsx";
import page from "../../../ui/list-page.module.css";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { QueryField } from "../../../ui/query-field.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { SpanChip } from "../../../ui/span-chip.tsx";
import { useClock } from "../../../ui/use-clock.tsx";
import { KillChainMarks } from "../story/strip.tsx";
import classes from "./incident.module.css";
import { ListLinks } from "./list-links.tsx";
import { LiveIncidents } from "./live-incidents.tsx";
import { statusKey } from "./said.ts";

const UNDER_WAY = "open,contained,resolved";

export function IncidentsPage() {
  const { t } = useTranslation(["incident", "shell"]);
  const state = useListState();
  const incidents = useIncidents(state);
  const navigate = useNavigate();
  const columns = useColumns();
  const { rows, total } = incidents;
  return (
    <div className={page.page}>
      <header className={page.head}>
        <h1 className={page.title}>{t("incident:title")}</h1>
        <p className={page.total} aria-live="polite">
          {incidents.isPending ? "" : t("incident:total", { count: total, text: formatCount(total) })}
        </p>
        <QueryField
          className={page.query ?? ""}
          label={t("incident:query")}
          value={state.search.q ?? ""}
          onChange={(q) => state.change({ q })}
        />
        <SpanChip
          from={state.search.openedFrom}
          to={state.search.openedTo}
          label={t("incident:span")}
          clearLabel={t("incident:clearSpan")}
          onClear={() => state.change({ openedFrom: undefined, openedTo: undefined })}
        />
        {state.search.withdrawn ? (
          <FilterChip
            text={t("incident:withdrawnOut")}
            clearLabel={t("incident:clearFilter")}
            onClear={() => state.change({ withdrawn: undefined })}
          />
        ) : null}
        {state.isFiltered ? (
          <Button size="xs" variant="subtle" onClick={() => state.change(NO_FILTER)}>
            {t("incident:reset")}
          </Button>
        ) : null}
        <ListLinks />
      </header>
      <div className={page.lower}>
        <FacetList state={state} />
        <div className={page.middle} data-stale={incidents.isPlaceholderData || undefined}>
          <LiveIncidents
            query={state.query}
            rows={rows}
            isWhole={!incidents.hasNextPage}
            onShow={() => void incidents.refetch()}
          />
          <FormationStalled />
          {incidents.error ? <ProblemNote error={incidents.error} onRetry={() => void incidents.refetch()} /> : null}
          {incidents.isPending && !incidents.error ? <RowsSkeleton rows={10} /> : null}
          {incidents.isSuccess && rows.length === 0 ? <NoIncidents state={state} /> : null}
          {rows.length > 0 ? (
            <DataTable
              label={t("incident:title")}
              rows={rows}
              columns={columns}
              idOf={({ id }) => id}
              onOpen={(incident) => void navigate({ to: "/incidents/$id", params: { id: keyOf(incident) } })}
              sorting={state.sorting}
            />
          ) : null}
          {incidents.hasNextPage ? (
            <Button
              size="xs"
              variant="default"
              my="md"
              loading={incidents.isFetchingNextPage}
              onClick={() => void incidents.fetchNextPage()}
            >
              {t("shell:action.loadMore")}
            </Button>
          ) : null}
        </div>
      </div>
    </div>
  );
}

const NO_FILTER = {
  q: undefined,
  status: undefined,
  severity: undefined,
  owner: undefined,
  openedFrom: undefined,
  openedTo: undefined,
  withdrawn: undefined,
};

/** The filters live in the address. Without a status the list shows what is under way. */
function useListState() {
  const search = useSearch({ from: "/frame/incidents" });
  const navigate = useNavigate({ from: "/incidents" });
  const { subtree } = useUnit();
  const { q, severity, owner, openedFrom, openedTo, withdrawn } = search;
  const status = search.status ?? UNDER_WAY;
  const by: IncidentSort =
    (["updated", "opened", "severity"] as const).find((sort) => sort === search.sort) ?? "updated";
  const order = search.order === "asc" ? ("asc" as const) : ("desc" as const);
  const change = (next: Partial<Record<keyof typeof search, string | undefined>>) =>
    void navigate({ search: (now) => ({ ...now, ...next }) });
  const sorting = {
    by,
    order,
    onSort: (sort: string) => change({ sort, order: sort === by && order === "desc" ? "asc" : undefined }),
  };
  const filters = { q, severity, owner, openedFrom, openedTo, withdrawn };
  const isFiltered = [search.status, ...Object.values(filters)].some((value) => value !== undefined);
  return {
    search,
    query: { ...filters, status, unit: subtree, sort: by, order },
    change,
    sorting,
    isFiltered,
  };
}
type ListState = ReturnType<typeof useListState>;

const NONE: readonly IncidentRow[] = [];

function useIncidents({ query }: ListState) {
  const isLive = useLiveStatus() === "live";
  const incidents = useInfiniteQuery({
    queryKey: ["incidents", "list", query],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) => listIncidents({ ...query, cursor: pageParam, limit: 100 }, signal),
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    refetchInterval: isLive ? false : 60_000,
  });
  const pages = incidents.data?.pages;
  const rows = useMemo(() => pages?.flatMap(({ items }) => items) ?? NONE, [pages]);
  return { ...incidents, rows, total: pages?.[0]?.total ?? 0 };
}

function FacetList({ state }: { readonly state: ListState }) {
  const { t } = useTranslation("incident");
  const { query, change } = state;
  return (
    <Facets label={t("filters")}>
      <Facet
        title={t("facet.status")}
        options={INCIDENT_STATUSES.map((value) => ({ value, label: t(`status.${value}`) }))}
        chosen={splitList(query.status)}
        onChange={(next) => change({ status: joinList(next) })}
      />
      <Facet
        title={t("facet.severity")}
        options={LEVELS.map((value) => ({ value, label: <Severity level={value} isQuiet /> }))}
        chosen={splitList(query.severity)}
        onChange={(next) => change({ severity: joinList(next) })}
      />
      <Facet
        title={t("facet.owner")}
        options={(["me", "none"] as const).map((value) => ({ value, label: t(`facet.${value}`) }))}
        chosen={splitList(query.owner)}
        onChange={(next) => change({ owner: joinList(next) })}
      />
    </Facets>
  );
}

function NoIncidents({ state }: { readonly state: ListState }) {
  const { t } = useTranslation("incident");
  return (
    <Empty
      title={state.isFiltered ? t("empty.filtered") : t("empty.title")}
      actions={
        <>
          <LinkButton to="/alerts" variant="default">
            {t("empty.toAlerts")}
          </LinkButton>
          <Button variant="subtle" onClick={() => state.change({ ...NO_FILTER, status: INCIDENT_STATUSES.join(",") })}>
            {t("empty.showClosed")}
          </Button>
        </>
      }
    >
      {state.isFiltered ? t("empty.filteredHint") : t("empty.hint")}
    </Empty>
  );
}

function useColumns(): readonly Column<IncidentRow>[] {
  const { t, i18n } = useTranslation(["incident", "monitor"]);
  const { nameOf } = useUnit();
  const { zone } = useClock();
  return useMemo((): readonly Column<IncidentRow>[] => {
    const ago = (at: string) => (
      <time dateTime={at} title={formatInstant(at, zone)}>
        {formatAgo(at, i18n.language)}
      </time>
    );
    return [
      {
        id: "severity",
        title: t("monitor:severity.label"),
        sort: "severity",
        width: 92,
        cell: ({ severity }) => <Severity level={severity} />,
      },
      {
        id: "title",
        title: t("incident:column.title"),
        cell: (incident) => (
          <>
            <Link to="/incidents/$id" params={{ id: keyOf(incident) }} className={page.name}>
              <span className={classes.key}>{keyOf(incident)}</span> <bdi>{incidentTitle(incident)}</bdi>
            </Link>
            <span className={page.minor}>{nameOf(incident.unitId)}</span>
          </>
        ),
      },
      {
        id: "status",
        title: t("incident:column.status"),
        width: 150,
        cell: ({ status, owner }) => (
          <>
            <span className={classes.status} data-status={status}>
              {t(`incident:${statusKey({ status, owner })}`)}
            </span>
            <span className={page.minor}>{owner?.name ?? t("incident:unowned")}</span>
          </>
        ),
      },
      {
        id: "steps",
        title: t("incident:column.steps"),
        width: 170,
        isMinor: true,
        cell: ({ id }) => <KillChainMarks incidentId={id} />,
      },
      {
        id: "alerts",
        title: t("incident:column.alerts"),
        width: 88,
        isNumber: true,
        cell: ({ alertCount }) => formatCount(alertCount),
      },
      {
        id: "opened",
        title: t("incident:column.opened"),
        sort: "opened",
        width: 112,
        isMinor: true,
        cell: ({ openedAt }) => ago(openedAt),
      },
      {
        id: "updated",
        title: t("incident:column.updated"),
        sort: "updated",
        width: 112,
        isMinor: true,
        cell: ({ updatedAt }) => ago(updatedAt),
      },
    ];
  }, [t, i18n.language, nameOf, zone]);
}
