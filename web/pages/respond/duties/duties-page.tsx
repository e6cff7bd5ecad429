import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type OpenClock, openClocksQuery } from "../../../api/duty-clocks.ts";
import { currentLanguage } from "../../../app/i18n.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { Countdown, DueText } from "../../../parts/deadline.tsx";
import { DutyBanner } from "../../../parts/duty-banner.tsx";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { Page } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";

/** Every deadline that runs, the nearest first. */
export function DutiesPage() {
  const { t } = useTranslation("duties");
  const { data, error, refetch } = useQuery(openClocksQuery);
  const columns = useColumns();
  return (
    <Page title={t("title")} lead={t("lead")} actions={<Link to="/duties/register">{t("toRegister")}</Link>}>
      <DutyBanner />
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={6} /> : null}
      {data?.items.length === 0 ? (
        <Empty title={t("empty.title")} actions={<Link to="/duties/register">{t("toRegister")}</Link>}>
          {t("empty.hint")}
        </Empty>
      ) : null}
      {data && data.items.length > 0 ? (
        <DataTable
          label={t("title")}
          rows={data.items}
          columns={columns}
          idOf={({ incidentId, clock }) => `${incidentId}-${clock}`}
        />
      ) : null}
      {data && data.total > data.items.length ? (
        <p>{t("shown", { shown: formatCount(data.items.length), total: formatCount(data.total) })}</p>
      ) : null}
    </Page>
  );
}

function useColumns(): readonly Column<OpenClock>[] {
  const { t } = useTranslation("duties");
  const { nameOf } = useUnit();
  const language = currentLanguage();
  return useMemo(
    (): readonly Column<OpenClock>[] => [
      {
        id: "left",
        title: t("column.left"),
        cell: ({ startsAt, dueAt }) => <Countdown startsAt={startsAt} dueAt={dueAt} />,
      },
      {
        id: "what",
        title: t("column.what"),
        cell: ({ number, entryName, stageName }) => (
          <Link to="/incidents/$id/duties" params={{ id: `INC-${number}` }}>
            {entryName[language]} – {stageName[language]}
          </Link>
        ),
      },
      { id: "incident", title: t("column.incident"), cell: ({ number, title }) => `INC-${number} ${title}` },
      {
        id: "due",
        title: t("column.due"),
        cell: (row) => <DueText dueAt={row.dueAt} lastDay={row.lastDay} zone={row.zone} />,
      },
      { id: "applies", title: t("column.applies"), isMinor: true, cell: ({ applies }) => t(`applies.${applies}`) },
      { id: "unit", title: t("column.unit"), isMinor: true, cell: ({ unitId }) => nameOf(unitId) },
    ],
    [t, nameOf, language],
  );
}
