import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { LEVELS } from "../../../api/alerts.ts";
import { INCIDENT_STATUSES, keyOf } from "../../../api/incidents.ts";
import { FormationStalled } from "../../../parts/formation-stalled.tsx";
import { Severity } from "../../../parts/severity.tsx";
import { DataTable } from "../../../ui/data-table.tsx";
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
import { useIncidentColumns } from "./incidents-columns.tsx";
import { ListLinks } from "./list-links.tsx";
import { LiveIncidents } from "./live-incidents.tsx";
import { type ListState, NO_FILTER, useIncidents, useListState } from "./use-incidents.ts";

export function IncidentsPage() {
  const { t } = useTranslation(["incident", "shell"]);
  const state = useListState();
  const incidents = useIncidents(state);
  const navigate = useNavigate();
  const columns = useIncidentColumns();
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
