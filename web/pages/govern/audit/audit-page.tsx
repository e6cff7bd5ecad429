import { Button, NativeSelect } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type AuditRow, listAudit } from "../../../api/organization.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { Empty } from "../../../ui/empty.tsx";
import page from "../../../ui/list-page.module.css";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { instantOf, TimeRange } from "../../../ui/time-range.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./audit.module.css";

const FAMILIES = [
  "sign-in",
  "password",
  "second-factor",
  "session",
  "access",
  "person",
  "unit",
  "token",
  "alert",
  "incident",
  "rule",
  "exception",
  "retro_hunt",
  "source",
  "event",
  "saved_search",
] as const;

export function AuditPage() {
  const { t } = useTranslation(["audit", "shell"]);
  const search = useSearch({ from: "/frame/audit" });
  const navigate = useNavigate({ from: "/audit" });
  const { unit } = useUnit();
  const from = search.from ?? "now-30d";
  const to = search.to ?? "now";
  const audit = useInfiniteQuery({
    queryKey: ["audit", search, unit],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      listAudit(
        {
          from: new Date(instantOf(from, Date.now())).toISOString(),
          ...(to === "now" ? {} : { to: new Date(instantOf(to, Date.now())).toISOString() }),
          action: search.action,
          actorId: search.actorId,
          targetKind: search.targetKind,
          targetId: search.targetId,
          unitId: unit,
          cursor: pageParam,
          limit: 200,
        },
        signal,
      ),
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
  });
  const pages = audit.data?.pages;
  const rows = useMemo(() => pages?.flatMap(({ items }) => items) ?? [], [pages]);
  const columns = useColumns();
  type Change = Partial<Record<keyof typeof search, string | undefined>>;
  const change = (next: Change) => void navigate({ search: (now) => ({ ...now, ...next }) });
  const isNarrow = [search.actorId, search.targetId, search.targetKind].some(Boolean);
  return (
    <div className={page.page}>
      <header className={page.head}>
        <h1 className={page.title}>{t("audit:title")}</h1>
        <TimeRange
          from={from}
          to={to}
          onChange={(range) => change({ from: range.from, to: range.to === "now" ? undefined : range.to })}
        />
        <NativeSelect
          aria-label={t("audit:family")}
          value={search.action ?? ""}
          onChange={(event) => change({ action: event.currentTarget.value || undefined })}
          data={[
            { value: "", label: t("audit:allFamilies") },
            ...FAMILIES.map((family) => ({ value: `${family}.*`, label: t(`audit:families.${family}`) })),
          ]}
        />
        {isNarrow ? (
          <Button
            size="xs"
            variant="subtle"
            onClick={() => change({ actorId: undefined, targetId: undefined, targetKind: undefined })}
          >
            {t("audit:reset")}
          </Button>
        ) : null}
      </header>
      <div className={page.lower}>
        <div className={page.middle} data-stale={audit.isPlaceholderData || undefined}>
          {audit.error ? <ProblemNote error={audit.error} onRetry={() => void audit.refetch()} /> : null}
          {audit.isPending ? <RowsSkeleton rows={14} /> : null}
          {pages && rows.length === 0 ? <Empty title={t("audit:empty")} /> : null}
          {rows.length > 0 ? (
            <DataTable label={t("audit:title")} rows={rows} columns={columns} idOf={({ id }) => id} />
          ) : null}
          {audit.hasNextPage ? (
            <Button
              size="xs"
              variant="default"
              my="md"
              loading={audit.isFetchingNextPage}
              onClick={() => void audit.fetchNextPage()}
            >
              {t("shell:action.loadMore")}
            </Button>
          ) : null}
        </div>
      </div>
    </div>
  );
}

function useColumns(): readonly Column<AuditRow>[] {
  const { t } = useTranslation("audit");
  const { nameOf } = useUnit();
  return useMemo(
    (): readonly Column<AuditRow>[] => [
      { id: "at", title: t("column.at"), width: 190, cell: ({ at }) => <Instant at={at} /> },
      {
        id: "actor",
        title: t("column.actor"),
        width: 170,
        cell: ({ actor, ip }) => (
          <>
            <Link to="/audit" search={(now) => ({ ...now, actorId: actor.id })}>
              {actor.name || actor.id}
            </Link>
            <span className={page.minor}>{ip}</span>
          </>
        ),
      },
      {
        id: "action",
        title: t("column.action"),
        width: 220,
        cell: ({ action }) => (
          <>
            {t(`action.${action.replaceAll(".", "_")}`, { defaultValue: action })}
            <span className={page.minor}>
              <code>{action}</code>
            </span>
          </>
        ),
      },
      {
        id: "target",
        title: t("column.target"),
        width: 220,
        cell: ({ target, unitId }) => (
          <>
            <Link to="/audit" search={(now) => ({ ...now, targetKind: target.kind, targetId: target.id })}>
              {t(`target.${target.kind}`, { defaultValue: target.kind })}
            </Link>
            <span className={page.minor}>
              <code>{target.id}</code> {unitId ? nameOf(unitId) : ""}
            </span>
          </>
        ),
      },
      {
        id: "detail",
        title: t("column.detail"),
        isMinor: true,
        cell: ({ detail }) => (
          <dl className={classes.detail}>
            {Object.entries(detail).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
              </div>
            ))}
          </dl>
        ),
      },
    ],
    [t, nameOf],
  );
}
