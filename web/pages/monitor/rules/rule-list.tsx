import { Button } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { listRules, type RuleRow } from "../../../api/rules.ts";
import { Severity } from "../../../parts/severity.tsx";
import { formatAgo } from "../../../ui/ago.ts";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { formatCount } from "../../../ui/figures.ts";
import page from "../../../ui/list-page.module.css";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { CostCell } from "./cost.tsx";
import { PrecisionCell } from "./precision.tsx";
import { RuleSwitch } from "./rule-switch.tsx";

export function useRules(query: Readonly<Record<string, string | undefined>>) {
  return useInfiniteQuery({
    queryKey: ["rules", "list", query],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) => listRules({ ...query, cursor: pageParam, limit: 200 }, signal),
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}

type ListProps = {
  readonly rules: ReturnType<typeof useRules>;
  readonly sort: string;
  readonly order: "asc" | "desc";
  readonly onChange: (change: { sort?: string; order?: string | undefined }) => void;
};

export function RuleList({ rules, sort, order, onChange }: ListProps) {
  const { t } = useTranslation(["rules", "shell"]);
  const navigate = useNavigate();
  const columns = useColumns();
  const pages = rules.data?.pages;
  const rows = useMemo(() => pages?.flatMap(({ items }) => items) ?? [], [pages]);
  const onSort = (by: string) => {
    const isNumber = by !== "title";
    const first = isNumber ? "desc" : "asc";
    onChange({ sort: by, order: by === sort ? (order === "asc" ? "desc" : "asc") : first });
  };
  return (
    <div className={page.middle} data-stale={rules.isPlaceholderData || undefined}>
      {rules.error ? <ProblemNote error={rules.error} onRetry={() => void rules.refetch()} /> : null}
      {pages?.[0]?.overBudgetTotal ? (
        <p className={page.minor} role="status">
          {t("rules:overBudget.total", { count: pages[0].overBudgetTotal })}
        </p>
      ) : null}
      {pages?.[0]?.hitsProblem ? <p className={page.minor}>{t("rules:hitsProblem")}</p> : null}
      {rules.isPending ? <RowsSkeleton rows={14} /> : null}
      {pages && rows.length === 0 ? <Empty title={t("rules:empty.title")}>{t("rules:empty.hint")}</Empty> : null}
      {rows.length > 0 ? (
        <DataTable
          label={t("rules:title")}
          rows={rows}
          columns={columns}
          idOf={({ id }) => id}
          onOpen={({ id }) => void navigate({ to: "/rules/$id", params: { id } })}
          sorting={{ by: sort, order, onSort }}
        />
      ) : null}
      {rules.hasNextPage ? (
        <Button
          size="xs"
          variant="default"
          my="md"
          loading={rules.isFetchingNextPage}
          onClick={() => void rules.fetchNextPage()}
        >
          {t("shell:action.loadMore")}
        </Button>
      ) : null}
    </div>
  );
}

function useColumns(): readonly Column<RuleRow>[] {
  const { t, i18n } = useTranslation(["rules", "monitor"]);
  return useMemo(
    (): readonly Column<RuleRow>[] => [
      {
        id: "level",
        title: t("monitor:severity.label"),
        sort: "level",
        width: 84,
        cell: ({ level }) => <Severity level={level} />,
      },
      {
        id: "title",
        title: t("rules:column.title"),
        sort: "title",
        cell: ({ id, title, titleJa, author, logsource, kind, pack, techniques }) => (
          <>
            <Link to="/rules/$id" params={{ id }} className={page.name}>
              {(i18n.language === "ja" && titleJa) || title}
            </Link>
            <span className={page.minor}>
              {[
                Object.values(logsource).filter(Boolean).join(" / "),
                techniques.join(", "),
                kind === "own" ? t("rules:kind.own") : author,
                pack ? t("rules:ofPack", { name: pack.name, version: pack.version }) : "",
              ]
                .filter(Boolean)
                .join(" · ")}
            </span>
          </>
        ),
      },
      {
        id: "hits",
        isWide: true,
        title: t("rules:column.hits"),
        sort: "hits",
        width: 72,
        isNumber: true,
        cell: ({ hits, excepted }) => (
          <>
            {hits === null ? "–" : formatCount(hits)}
            {excepted ? (
              <span className={page.minor}>{t("rules:excepted", { text: formatCount(excepted) })}</span>
            ) : null}
          </>
        ),
      },
      {
        id: "last",
        title: t("rules:column.lastHit"),
        sort: "last-hit",
        width: 100,
        isMinor: true,
        cell: ({ lastHitAt }) => (lastHitAt ? formatAgo(lastHitAt, i18n.language) : "–"),
      },
      {
        id: "precision",
        title: t("rules:column.precision"),
        sort: "precision",
        width: 132,
        isMinor: true,
        cell: (rule) => <PrecisionCell rule={rule} />,
      },
      {
        id: "cost",
        title: t("rules:column.cost"),
        sort: "cost",
        width: 92,
        isNumber: true,
        isMinor: true,
        cell: ({ cost }) => <CostCell cost={cost} />,
      },
      {
        id: "enabled",
        title: t("rules:column.enabled"),
        width: 76,
        cell: (rule) => <RuleSwitch rule={rule} />,
      },
    ],
    [t, i18n.language],
  );
}
