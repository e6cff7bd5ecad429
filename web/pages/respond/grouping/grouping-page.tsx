import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  addGroupingRule,
  changeGroupingRule,
  endGroupingRule,
  GROUPING_STATES,
  type GroupingRuleView,
  groupingRulesQuery,
} from "../../../api/formation.ts";
import { meQuery } from "../../../api/session.ts";
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
import { draftFrom, emptyDraft } from "./draft.ts";
import classes from "./grouping.module.css";
import { GroupingDialog } from "./grouping-dialog.tsx";

/** Which alerts belong together, or never open an incident, because a person said so; why, until when, and who answers for it. */
export function GroupingPage() {
  const { t } = useTranslation("formation");
  const { state } = useSearch({ from: "/frame/incidents/grouping" });
  const navigate = useNavigate({ from: "/incidents/grouping" });
  const { data, error, refetch } = useQuery(groupingRulesQuery);
  const { data: me } = useQuery(meQuery);
  const [open, setOpen] = useState<GroupingRuleView | "new">();
  const columns = useColumns(setOpen);
  const chosen = splitList(state);
  const rows = data?.items.filter((row) => chosen.length === 0 || chosen.includes(row.state));
  const unitId = me?.units.find(({ permissions }) => permissions.includes("incident:write"))?.id;
  return (
    <div className={page.page}>
      <header className={page.head}>
        <h1 className={page.title}>{t("grouping.title")}</h1>
        <p className={page.total} aria-live="polite">
          {rows ? t("grouping.total", { count: rows.length, text: formatCount(rows.length) }) : ""}
        </p>
        <Link to="/incidents">{t("grouping.toIncidents")}</Link>
        {unitId === undefined ? null : (
          <Button size="xs" onClick={() => setOpen("new")}>
            {t("grouping.add")}
          </Button>
        )}
      </header>
      <div className={page.lower}>
        <Facets label={t("grouping.filters")}>
          <Facet
            title={t("grouping.column.state")}
            options={GROUPING_STATES.map((value) => ({
              value,
              label: t(`grouping.state.${value}`),
              count: data?.items.filter((row) => row.state === value).length ?? 0,
            }))}
            chosen={chosen}
            onChange={(next) => void navigate({ search: (now) => ({ ...now, state: joinList(next) }) })}
          />
        </Facets>
        <div className={page.middle}>
          {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
          {!data && !error ? <RowsSkeleton rows={8} /> : null}
          {rows?.length === 0 ? (
            <Empty title={t(data?.items.length === 0 ? "grouping.empty" : "grouping.filtered")}>
              {t("grouping.hint")}
            </Empty>
          ) : null}
          {rows && rows.length > 0 ? (
            <DataTable label={t("grouping.title")} rows={rows} columns={columns} idOf={({ id }) => id} />
          ) : null}
        </div>
      </div>
      {open === undefined ? null : (
        <GroupingDialog
          title={t(open === "new" ? "grouping.add" : "grouping.change")}
          draft={open === "new" ? emptyDraft(unitId ?? "") : draftFrom(open)}
          save={(input) => (open === "new" ? addGroupingRule(input) : changeGroupingRule(open.id, open.version, input))}
          onClose={() => setOpen(undefined)}
        />
      )}
    </div>
  );
}

function useColumns(onChange: (row: GroupingRuleView) => void): readonly Column<GroupingRuleView>[] {
  const { t } = useTranslation("formation");
  const { nameOf } = useUnit();
  const titleOf = useRuleTitle();
  return useMemo(
    (): readonly Column<GroupingRuleView>[] => [
      { id: "state", title: t("grouping.column.state"), width: 84, cell: ({ state }) => t(`grouping.state.${state}`) },
      {
        id: "what",
        title: t("grouping.column.what"),
        cell: ({ effect, ruleId, entityKind, pattern, unitId }) => (
          <>
            <span className={page.name}>{t(`grouping.effect.${effect}`)}</span>
            <span className={classes.match}>
              {entityKind === null ? t("grouping.anyKind") : t(`kind.${entityKind}`)}: {pattern}
            </span>
            <span className={page.minor}>
              {ruleId === null ? t("grouping.anyRule") : titleOf({ id: ruleId, title: ruleId })} · {nameOf(unitId)}
            </span>
          </>
        ),
      },
      {
        id: "reason",
        title: t("grouping.column.reason"),
        isMinor: true,
        cell: ({ reason, ended }) => (
          <>
            {reason}
            {ended ? (
              <span className={page.minor}>{t("grouping.endedBy", { name: ended.by.name, reason: ended.reason })}</span>
            ) : null}
          </>
        ),
      },
      {
        id: "owner",
        title: t("grouping.column.owner"),
        width: 110,
        isMinor: true,
        cell: ({ owner, isOwn }) => (isOwn ? t("grouping.me") : owner.name),
      },
      {
        id: "expires",
        title: t("grouping.column.expires"),
        width: 140,
        cell: ({ expiresAt }) => <Instant at={expiresAt} />,
      },
      {
        id: "actions",
        title: t("grouping.column.actions"),
        width: 170,
        cell: (row) => (row.mayChange ? <Actions row={row} onChange={() => onChange(row)} /> : null),
      },
    ],
    [t, nameOf, titleOf, onChange],
  );
}

function Actions({ row, onChange }: { readonly row: GroupingRuleView; readonly onChange: () => void }) {
  const { t } = useTranslation("formation");
  const queryClient = useQueryClient();
  const toastProblem = useToastProblem();
  const end = useMutation({
    mutationFn: (reason: string) => endGroupingRule(row.id, row.version, reason),
    onSuccess: () => toastDone(t("grouping.ended")),
    onError: toastProblem,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["grouping-rules"] }),
  });
  const ask = async () => {
    const reason = await confirm({
      title: t("grouping.endTitle"),
      body: row.reason,
      action: t("grouping.end"),
      reasonLabel: t("grouping.endReason"),
      isDestructive: true,
    });
    if (reason !== undefined) end.mutate(reason);
  };
  return (
    <span className={classes.actions}>
      <Button size="compact-xs" variant="default" onClick={onChange}>
        {t("grouping.changeAction")}
      </Button>
      {row.state === "active" ? (
        <Button size="compact-xs" variant="default" loading={end.isPending} onClick={() => void ask()}>
          {t("grouping.end")}
        </Button>
      ) : null}
    </span>
  );
}
