import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type RejectedRule, rejectedRulesQuery } from "../../../api/rules.ts";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { Empty } from "../../../ui/empty.tsx";
import page from "../../../ui/list-page.module.css";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";

/** Rules that cannot run, each with the reason and the place; the others run regardless. */
export function RejectedRules() {
  const { t } = useTranslation("rules");
  const { data, error, refetch } = useQuery(rejectedRulesQuery);
  const columns = useMemo(
    (): readonly Column<RejectedRule>[] => [
      { id: "reason", title: t("rejected.reason"), cell: ({ reason }) => reason },
      {
        id: "title",
        title: t("column.title"),
        cell: ({ title, id }) => (
          <>
            {title ?? "–"}
            <span className={page.minor}>{id}</span>
          </>
        ),
      },
      {
        id: "origin",
        title: t("rejected.origin"),
        cell: ({ origin, line }) => <code>{line === undefined ? origin : `${origin}:${line}`}</code>,
      },
    ],
    [t],
  );
  return (
    <div className={page.middle}>
      <p style={{ padding: "8px 0", fontSize: 13 }}>{t("rejected.lead")}</p>
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={6} /> : null}
      {data?.items.length === 0 ? <Empty title={t("rejected.none")} /> : null}
      {data && data.items.length > 0 ? (
        <DataTable
          label={t("tab.rejected")}
          rows={data.items}
          columns={columns}
          idOf={({ origin, line, id, reason }) => `${origin} ${line} ${id} ${reason}`}
        />
      ) : null}
    </div>
  );
}
