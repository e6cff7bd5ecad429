import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { DELETIONS_FILE, type Deletion, deletionsQuery } from "../../../api/retention.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { formatBytes, formatCount } from "../../../ui/figures.ts";
import { DownloadIcon } from "../../../ui/icons.ts";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./retention.module.css";

/** The record of what was deleted by policy; nobody can change it. */
export function Deletions() {
  const { t } = useTranslation("retention");
  const { nameOf } = useUnit();
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(deletionsQuery);
  const rows = data?.pages.flatMap(({ items }) => items) ?? [];
  const columns: readonly Column<Deletion>[] = [
    { id: "day", title: t("column.day"), width: 110, cell: ({ day }) => day },
    {
      id: "source",
      title: t("column.source"),
      cell: ({ source, unitId }) => (
        <>
          {source.name}
          <span className={classes.minor}>{nameOf(unitId)}</span>
        </>
      ),
    },
    { id: "events", title: t("column.events"), isNumber: true, width: 100, cell: ({ events }) => formatCount(events) },
    {
      id: "raw",
      title: t("column.raw"),
      isNumber: true,
      width: 100,
      isMinor: true,
      cell: ({ rawBytes }) => formatBytes(rawBytes),
    },
    {
      id: "numbers",
      title: t("column.numbers"),
      isWide: true,
      cell: ({ firstEvent, lastEvent }) => (
        <code className={classes.numbers}>
          {firstEvent} – {lastEvent}
        </code>
      ),
    },
    {
      id: "policy",
      title: t("column.policy"),
      isMinor: true,
      cell: ({ policy }) => (
        <>
          {t("days", { count: policy.days })}
          <span className={classes.minor}>
            {t("policyOf", {
              name: policy.kind === "unit" ? nameOf(policy.id) : t("from.source"),
              version: policy.version,
              by: policy.setBy,
            })}
          </span>
        </>
      ),
    },
    {
      id: "done",
      title: t("column.done"),
      width: 190,
      cell: ({ doneAt }) => (doneAt ? <Instant at={doneAt} /> : t("underWay")),
    },
  ];
  return (
    <Section
      title={t("deletions.title")}
      aside={
        rows.length > 0 ? (
          <Button
            component="a"
            href={DELETIONS_FILE}
            download
            size="compact-xs"
            variant="subtle"
            leftSection={<DownloadIcon size={14} />}
          >
            {t("deletions.export")}
          </Button>
        ) : null
      }
    >
      <p className={classes.small}>{t("deletions.lead")}</p>
      {error ? <ProblemNote error={error} /> : null}
      {rows.length === 0 && data ? <p className={classes.small}>{t("deletions.none")}</p> : null}
      {rows.length > 0 ? (
        <DataTable label={t("deletions.title")} rows={rows} columns={columns} idOf={({ id }) => id} />
      ) : null}
      {hasNextPage ? (
        <Button variant="default" size="xs" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("deletions.more")}
        </Button>
      ) : null}
    </Section>
  );
}
