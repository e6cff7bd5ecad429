import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { type SigmaFilter, sigmaFiltersQuery } from "../../../api/rules.ts";
import { useRuleTitle } from "../../../parts/use-rule-title.ts";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { formatCount } from "../../../ui/figures.ts";
import page from "../../../ui/list-page.module.css";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import classes from "./sigma-filters.module.css";

/** Sigma filters in force: what each takes out of which rules, and what is odd about it. */
export function SigmaFilters() {
  const { t } = useTranslation("rules");
  const { data, error, refetch } = useQuery(sigmaFiltersQuery);
  const columns = useColumns();
  return (
    <div className={page.middle}>
      <p className={classes.lead}>{t("sigmaFilters.lead")}</p>
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={6} /> : null}
      {data?.items.length === 0 ? <Empty title={t("sigmaFilters.none")}>{t("sigmaFilters.noneHint")}</Empty> : null}
      {data && data.items.length > 0 ? (
        <DataTable
          label={t("tab.filters")}
          rows={data.items}
          columns={columns}
          idOf={({ id, origin }) => `${origin} ${id}`}
        />
      ) : null}
      {data && data.total > data.items.length ? (
        <p className={page.minor}>{t("sigmaFilters.more", { text: formatCount(data.total - data.items.length) })}</p>
      ) : null}
    </div>
  );
}

function useColumns(): readonly Column<SigmaFilter>[] {
  const { t } = useTranslation("rules");
  return useMemo(
    (): readonly Column<SigmaFilter>[] => [
      { id: "title", title: t("sigmaFilters.filter"), cell: (filter) => <Named filter={filter} /> },
      { id: "rules", title: t("sigmaFilters.narrows"), cell: (filter) => <Narrowed filter={filter} /> },
      {
        id: "origin",
        title: t("rejected.origin"),
        isMinor: true,
        cell: ({ origin, line }) => (
          <code className={classes.origin}>{line === undefined ? origin : `${origin}:${line}`}</code>
        ),
      },
    ],
    [t],
  );
}

function Named({ filter: { title, warnings } }: { readonly filter: SigmaFilter }) {
  const { t } = useTranslation("rules");
  return (
    <>
      {title}
      {warnings.map(({ code, values, message }) => (
        <span key={code} className={classes.warning}>
          {t(`lint.${code}`, { ...values, defaultValue: message })}
        </span>
      ))}
    </>
  );
}

const SHOWN = 5;

function Narrowed({ filter: { rules, narrowed } }: { readonly filter: SigmaFilter }) {
  const { t } = useTranslation("rules");
  const titleOf = useRuleTitle();
  const [isAll, setAll] = useState(false);
  const shown = isAll ? rules : rules.slice(0, SHOWN);
  const rest = rules.length - shown.length;
  if (narrowed === 0) return t("sigmaFilters.noRule");
  return (
    <>
      <ul className={classes.rules}>
        {shown.map((rule) => (
          <li key={rule.id}>
            <Link to="/rules/$id" params={{ id: rule.id }}>
              {titleOf(rule)}
            </Link>
          </li>
        ))}
      </ul>
      {rest > 0 ? (
        <Button size="compact-xs" variant="subtle" onClick={() => setAll(true)}>
          {t("sigmaFilters.show", { count: rest, text: formatCount(rest) })}
        </Button>
      ) : null}
      {narrowed > rules.length ? (
        <span className={page.minor}>{t("sigmaFilters.more", { text: formatCount(narrowed - rules.length) })}</span>
      ) : null}
    </>
  );
}
