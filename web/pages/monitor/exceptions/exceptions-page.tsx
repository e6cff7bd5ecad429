import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { conditionText } from "../../../../src/monitor/search/language/one-condition.ts";
import {
  changeException,
  EXCEPTION_STATES,
  endException,
  exceptionsQuery,
  type RuleException,
} from "../../../api/exceptions.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { useRuleTitle } from "../../../parts/use-rule-title.ts";
import { confirm } from "../../../ui/confirm.tsx";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { Facet, Facets, joinList, splitList } from "../../../ui/facets.tsx";
import { formatCount } from "../../../ui/figures.ts";
import page from "../../../ui/list-page.module.css";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { useToastProblem } from "../../../ui/use-toast-problem.ts";
import { draftFromException } from "./draft.ts";
import { ExceptionDialog } from "./exception-dialog.tsx";
import classes from "./exceptions.module.css";

/** Which events raise no alert, why, until when, and who answers for it. Expired and ended ones stay in sight. */
export function ExceptionsPage() {
  const { t } = useTranslation("exceptions");
  const { state } = useSearch({ from: "/frame/rules/exceptions" });
  const navigate = useNavigate({ from: "/rules/exceptions" });
  const { data, error, refetch } = useQuery(exceptionsQuery);
  const [changing, setChanging] = useState<RuleException>();
  const columns = useColumns(setChanging);
  const chosen = splitList(state);
  const rows = data?.items.filter((row) => chosen.length === 0 || chosen.includes(row.state));
  return (
    <div className={page.page}>
      <header className={page.head}>
        <h1 className={page.title}>{t("title")}</h1>
        <p className={page.total} aria-live="polite">
          {rows ? t("total", { count: rows.length, text: formatCount(rows.length) }) : ""}
        </p>
        <Link to="/rules">{t("toRules")}</Link>
      </header>
      <div className={page.lower}>
        <Facets label={t("filters")}>
          <Facet
            title={t("column.state")}
            options={EXCEPTION_STATES.map((value) => ({
              value,
              label: t(`state.${value}`),
              count: data?.items.filter((row) => row.state === value).length ?? 0,
            }))}
            chosen={chosen}
            onChange={(next) => void navigate({ search: (now) => ({ ...now, state: joinList(next) }) })}
          />
        </Facets>
        <div className={page.middle}>
          {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
          {!data && !error ? <RowsSkeleton rows={8} /> : null}
          {rows?.length === 0 ? <NoExceptions isFiltered={data?.items.length !== 0} /> : null}
          {rows && rows.length > 0 ? (
            <DataTable label={t("title")} rows={rows} columns={columns} idOf={({ id }) => id} />
          ) : null}
        </div>
      </div>
      {changing ? (
        <ExceptionDialog
          title={t("change.title")}
          said={t("change.done")}
          draft={draftFromException(changing)}
          save={(input) => changeException(changing.id, { ...input, version: changing.version })}
          onClose={() => setChanging(undefined)}
        />
      ) : null}
    </div>
  );
}

function NoExceptions({ isFiltered }: { readonly isFiltered: boolean }) {
  const { t } = useTranslation("exceptions");
  if (isFiltered) return <Empty title={t("empty.filtered")}>{t("empty.filteredHint")}</Empty>;
  return <Empty title={t("empty.title")}>{t("empty.hint")}</Empty>;
}

function useColumns(onChange: (row: RuleException) => void): readonly Column<RuleException>[] {
  const { t } = useTranslation("exceptions");
  const { nameOf } = useUnit();
  return useMemo(
    (): readonly Column<RuleException>[] => [
      { id: "state", title: t("column.state"), width: 84, cell: ({ state }) => t(`state.${state}`) },
      { id: "rules", title: t("column.rules"), cell: (row) => <What row={row} unit={nameOf(row.unitId)} /> },
      {
        id: "reason",
        title: t("column.reason"),
        isMinor: true,
        cell: ({ reason, ended }) => (
          <>
            {reason}
            {ended ? (
              <span className={page.minor}>{t("endedBy", { name: ended.by.name, reason: ended.reason })}</span>
            ) : null}
          </>
        ),
      },
      {
        id: "owner",
        title: t("column.owner"),
        width: 110,
        isMinor: true,
        cell: ({ owner, isOwn }) => (isOwn ? t("me") : owner.name),
      },
      { id: "expires", title: t("column.expires"), width: 130, cell: ({ expiresAt }) => <Instant at={expiresAt} /> },
      { id: "excepted", title: t("column.excepted"), width: 96, isNumber: true, cell: (row) => <Count row={row} /> },
      {
        id: "actions",
        title: t("column.actions"),
        width: 150,
        cell: (row) => (row.mayChange ? <Actions row={row} onChange={() => onChange(row)} /> : null),
      },
    ],
    [t, nameOf, onChange],
  );
}

function What({ row, unit }: { readonly row: RuleException; readonly unit: string }) {
  const titleOf = useRuleTitle();
  return (
    <>
      {row.rules.map(({ id, title }) => (
        <Link key={id} to="/rules/$id" params={{ id }} className={page.name}>
          {titleOf({ id, title: title ?? id })}
        </Link>
      ))}
      <span className={page.minor}>{unit}</span>
      <span className={classes.match}>
        {row.match.kind === "sigma"
          ? row.match.text
          : row.match.fields.map(({ name, value }) => `${name} = ${value}`).join("\n")}
      </span>
    </>
  );
}

function Count({ row }: { readonly row: RuleException }) {
  if (row.excepted === null) return "–";
  if (row.excepted === 0) return "0";
  return (
    <Link to="/search" search={{ q: conditionText("exception", row.id), from: "now-30d" }}>
      {formatCount(row.excepted)}
    </Link>
  );
}

function Actions({ row, onChange }: { readonly row: RuleException; readonly onChange: () => void }) {
  const { t } = useTranslation("exceptions");
  const queryClient = useQueryClient();
  const toastProblem = useToastProblem();
  const end = useMutation({
    mutationFn: (reason: string) => endException(row.id, row.version, reason),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["exceptions"] });
      toastDone(t("end.done"));
    },
    onError: toastProblem,
  });
  const ask = async () => {
    const reason = await confirm({
      title: t("end.title"),
      body: row.reason,
      action: t("end.action"),
      reasonLabel: t("end.reason"),
      isDestructive: true,
    });
    if (reason !== undefined) end.mutate(reason);
  };
  return (
    <span className={classes.actions}>
      <Button size="compact-xs" variant="default" onClick={onChange}>
        {t("change.action")}
      </Button>
      <Button size="compact-xs" variant="default" loading={end.isPending} onClick={() => void ask()}>
        {t("end.action")}
      </Button>
    </span>
  );
}
