import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { meQuery } from "../../../api/session.ts";
import { type SourcePage, type SourceRow, sourcesQuery } from "../../../api/sources.ts";
import { currentLanguage } from "../../../app/i18n.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { CoverageMeter } from "../../../parts/coverage.tsx";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { formatCount, formatHeadline, formatRate, formatShare } from "../../../ui/figures.ts";
import { AlertTriangleIcon, FileTextIcon, PlusIcon, SearchIcon } from "../../../ui/icons.ts";
import { LinkButton } from "../../../ui/link-button.tsx";
import { Page } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Sparkline } from "../../../ui/sparkline.tsx";
import { ClockNote } from "./clock.tsx";
import { ImportDialog } from "./import-dialog.tsx";
import { DeafNote, SilenceNote, SourceState } from "./silence.tsx";
import classes from "./sources.module.css";

export function SourcesPage() {
  const { t } = useTranslation("sources");
  const search = useSearch({ from: "/frame/sources" });
  const navigate = useNavigate({ from: "/sources" });
  const { subtree } = useUnit();
  const { data: me } = useQuery(meQuery);
  const sort = search.sort ?? "name";
  const order = search.order === "desc" ? "desc" : "asc";
  const { data, error, refetch } = useQuery(sourcesQuery({ q: search.q, unit: subtree, sort, order, limit: 500 }));
  const columns = useColumns();
  const [isImporting, setImporting] = useState(false);
  const mayWrite = me?.permissions.includes("source:write") === true;
  const add = mayWrite ? (
    <LinkButton to="/sources/new" leftSection={<PlusIcon size={16} />}>
      {t("add")}
    </LinkButton>
  ) : null;
  return (
    <Page
      title={t("title")}
      lead={data ? <Summary page={data} /> : t("lead")}
      actions={
        <>
          <LinkButton to="/sources/parsers" variant="default">
            {t("parsers")}
          </LinkButton>
          <LinkButton to="/sources/networks" variant="default">
            {t("networks")}
          </LinkButton>
          {me?.permissions.includes("event:ingest") ? (
            <Button variant="default" leftSection={<FileTextIcon size={16} />} onClick={() => setImporting(true)}>
              {t("import.open")}
            </Button>
          ) : null}
          {add}
        </>
      }
    >
      {isImporting ? <ImportDialog onClose={() => setImporting(false)} /> : null}
      <Find
        key={search.q ?? ""}
        q={search.q ?? ""}
        onFind={(q) => void navigate({ search: (now) => ({ ...now, q }) })}
      />
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {data?.figuresProblem ? <p className={classes.warning}>{t("figuresProblem")}</p> : null}
      {data?.deafSince ? <DeafNote since={data.deafSince} /> : null}
      {data ? <Refused page={data} /> : null}
      {!data && !error ? <RowsSkeleton rows={8} /> : null}
      {data?.items.length === 0 ? (
        <Empty title={search.q ? t("empty.filtered") : t("empty.title")} actions={search.q ? null : add}>
          {search.q ? null : t("empty.hint")}
        </Empty>
      ) : null}
      {data && data.items.length > 0 ? (
        <DataTable
          label={t("title")}
          rows={data.items}
          columns={columns}
          idOf={({ id }) => id}
          onOpen={({ id }) => void navigate({ to: "/sources/$id", params: { id } })}
          sorting={{
            by: sort,
            order,
            onSort: (by) =>
              void navigate({
                search: (now) => ({ ...now, sort: by, order: by === sort && order === "asc" ? "desc" : undefined }),
              }),
          }}
        />
      ) : null}
    </Page>
  );
}

function Summary({ page }: { readonly page: SourcePage }) {
  const { t } = useTranslation("sources");
  const rate = page.items.reduce((sum, { figures }) => sum + (figures?.ratePerSecond ?? 0), 0);
  const events = page.items.reduce((sum, { figures }) => sum + (figures?.events ?? 0), 0);
  return t("summary", {
    count: page.total,
    text: formatCount(page.total),
    rate: formatRate(rate),
    events: formatHeadline(events, currentLanguage()),
  });
}

function Refused({ page }: { readonly page: SourcePage }) {
  const { t } = useTranslation("sources");
  if (page.unattributedRejections.length === 0) return null;
  return (
    <p className={classes.warning}>
      <AlertTriangleIcon size={16} aria-hidden /> {t("refused")}{" "}
      {page.unattributedRejections
        .map(({ reason, count }) => `${t(`rejection.${reason}`, { defaultValue: reason })} ${formatCount(count)}`)
        .join(" · ")}
    </p>
  );
}

function Find({ q, onFind }: { readonly q: string; readonly onFind: (q: string | undefined) => void }) {
  const { t } = useTranslation("sources");
  const [text, setText] = useState(q);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onFind(text.trim() || undefined);
      }}
    >
      <TextInput
        maw={360}
        aria-label={t("find")}
        placeholder={t("find")}
        leftSection={<SearchIcon size={15} />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={() => {
          if (text.trim() !== q) onFind(text.trim() || undefined);
        }}
      />
    </form>
  );
}

function useColumns(): readonly Column<SourceRow>[] {
  const { t } = useTranslation(["sources", "monitor"]);
  const { nameOf } = useUnit();
  return useMemo(
    (): readonly Column<SourceRow>[] => [
      {
        id: "name",
        title: t("sources:column.name"),
        sort: "name",
        cell: ({ id, name, kind, unitId, isAutomatic }) => (
          <>
            <Link to="/sources/$id" params={{ id }} className={classes.name}>
              {name}
            </Link>
            <span className={classes.minor}>
              {t(`sources:kind.${kind}`)} · {nameOf(unitId)}
              {isAutomatic ? ` · ${t("sources:automatic")}` : ""}
            </span>
          </>
        ),
      },
      {
        id: "health",
        title: t("sources:column.health"),
        sort: "last-seen",
        width: 150,
        cell: (source) => (
          <>
            <SourceState source={source} />
            <span className={classes.minor}>
              <SilenceNote source={source} />
            </span>
            <ClockNote clock={source.figures?.clock} />
          </>
        ),
      },
      {
        id: "rate",
        isWide: true,
        title: t("sources:column.rate"),
        width: 96,
        isNumber: true,
        cell: ({ figures }) => (figures ? formatRate(figures.ratePerSecond) : "–"),
      },
      {
        id: "events",
        title: t("sources:column.events"),
        sort: "events",
        width: 200,
        isMinor: true,
        cell: ({ figures, name }) =>
          figures ? (
            <>
              <Sparkline
                values={figures.sparkline}
                label={t("sources:sparkline", { name, count: figures.events, text: formatCount(figures.events) })}
              />
              <span className={classes.minor}>{formatCount(figures.events)}</span>
            </>
          ) : (
            "–"
          ),
      },
      {
        id: "failures",
        title: t("sources:column.failures"),
        sort: "parse-failures",
        width: 116,
        isNumber: true,
        cell: ({ figures }) =>
          figures && figures.parseFailures > 0 ? (
            <span className={classes.failing}>
              {formatCount(figures.parseFailures)}
              <span className={classes.minor}>{formatShare(figures.parseFailures / Math.max(figures.events, 1))}</span>
            </span>
          ) : (
            (figures && "0") || "–"
          ),
      },
      {
        id: "coverage",
        isWide: true,
        title: t("sources:column.coverage"),
        sort: "coverage",
        width: 130,
        cell: ({ figures }) => (figures?.coverage ? <CoverageMeter coverage={figures.coverage} /> : "–"),
      },
    ],
    [t, nameOf],
  );
}
