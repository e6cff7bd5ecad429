import { Button, Switch, Tabs } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { LEVELS } from "../../../api/alerts.ts";
import { listRules, type RuleRow, ruleFacetsQuery, switchRule } from "../../../api/rules.ts";
import { meQuery } from "../../../api/session.ts";
import { isLevel, Severity } from "../../../parts/severity.tsx";
import { formatAgo } from "../../../ui/ago.ts";
import { confirm } from "../../../ui/confirm.tsx";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { Facet, Facets, joinList, splitList } from "../../../ui/facets.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { PlusIcon } from "../../../ui/icons.ts";
import { LinkButton } from "../../../ui/link-button.tsx";
import page from "../../../ui/list-page.module.css";
import { ProblemNote, useProblemText } from "../../../ui/problem-note.tsx";
import { QueryField } from "../../../ui/query-field.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { toastDone, toastProblem } from "../../../ui/toast.tsx";
import { HealthNote, healthOfTab, isTab, TABS } from "./health-note.tsx";
import { PrecisionCell } from "./precision.tsx";
import { RejectedRules } from "./rejected-rules.tsx";
import { TrialNote } from "./trial.tsx";

const FACETS = ["level", "state", "kind", "pack", "product", "category", "service", "tactic", "status"] as const;

export function RulesPage() {
  const { t } = useTranslation(["rules", "shell"]);
  const search = useSearch({ from: "/frame/rules" });
  const navigate = useNavigate({ from: "/rules" });
  const { data: me } = useQuery(meQuery);
  const { tab: wanted, days, ...rest } = search;
  const tab = isTab(wanted) ? wanted : "rules";
  const health = healthOfTab(tab);
  const { sort = health ? "hits" : "title", order = health ? "desc" : "asc", ...named } = rest;
  const filter = { ...named, ...(health && { health: health.join(","), days: days ?? "30" }) };
  const rules = useRules({ ...filter, sort, order });
  const first = rules.data?.pages[0];
  type Change = Partial<Record<keyof typeof search, string | undefined>>;
  const change = (next: Change) => void navigate({ search: (now) => ({ ...now, ...next }) });
  return (
    <div className={page.page}>
      <header className={page.head}>
        <h1 className={page.title}>{t("rules:title")}</h1>
        <p className={page.total} aria-live="polite">
          {first ? t("rules:total", { text: formatCount(first.total), enabled: formatCount(first.enabledTotal) }) : ""}
        </p>
        <QueryField
          className={page.query ?? ""}
          label={t("rules:find")}
          value={search.q ?? ""}
          onChange={(q) => change({ q })}
        />
        <LinkButton to="/rules/packs" variant="default">
          {t("rules:packs")}
        </LinkButton>
        <LinkButton to="/rules/exceptions" variant="default">
          {t("rules:exceptions")}
        </LinkButton>
        <LinkButton to="/rules/coverage" variant="default">
          {t("rules:coverage.title")}
        </LinkButton>
        {me?.permissions.includes("rule:write") ? (
          <LinkButton to="/rules/new" leftSection={<PlusIcon size={16} />}>
            {t("rules:add")}
          </LinkButton>
        ) : null}
      </header>
      <Tabs
        value={tab}
        onChange={(next) =>
          change({ tab: next === "rules" ? undefined : (next ?? undefined), sort: undefined, order: undefined })
        }
      >
        <Tabs.List>
          {TABS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`rules:tab.${one}`)} {one === "rejected" && first ? formatCount(first.rejectedTotal) : ""}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      {health ? <HealthNote tab={tab} days={days ?? "30"} onDays={(next) => change({ days: next })} /> : null}
      {tab === "rejected" ? (
        <RejectedRules />
      ) : (
        <div className={page.lower}>
          <RuleFacetList filter={filter} onChange={change} />
          <RuleList rules={rules} sort={sort} order={order === "desc" ? "desc" : "asc"} onChange={change} />
        </div>
      )}
    </div>
  );
}

type Filter = Readonly<Record<string, string | undefined>>;

function useRules(query: Filter) {
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

function RuleList({ rules, sort, order, onChange }: ListProps) {
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

function RuleFacetList({ filter, onChange }: { readonly filter: Filter; readonly onChange: (change: Filter) => void }) {
  const { t } = useTranslation(["rules", "monitor"]);
  const { data: facets } = useQuery(ruleFacetsQuery(filter));
  const labelOf = (name: (typeof FACETS)[number], value: string) => {
    if (name === "level") return isLevel(value) ? <Severity level={value} isQuiet /> : value;
    if (name === "tactic") return t(`monitor:tactic.${value}`, { defaultValue: value });
    if (name === "state" || name === "kind") return t(`rules:${name}.${value}`, { defaultValue: value });
    return value;
  };
  return (
    <Facets label={t("rules:filters")}>
      <Facet
        title={t("rules:facet.hit")}
        options={["yes", "no"].map((value) => ({ value, label: t(`rules:hit.${value}`) }))}
        chosen={splitList(filter.hit)}
        onChange={(next) => onChange({ hit: next.at(-1) })}
      />
      {FACETS.map((name) => (
        <Facet
          key={name}
          title={t(`rules:facet.${name}`)}
          options={inOrder(name, facets?.[name] ?? []).map(({ value, count }) => ({
            value,
            label: labelOf(name, value),
            count,
          }))}
          chosen={splitList(filter[name])}
          onChange={(next) => onChange({ [name]: joinList(next) })}
        />
      ))}
    </Facets>
  );
}

type Counted = { readonly value: string; readonly count: number };

/** Levels from the gravest; a missing value cannot be asked for. */
function inOrder(name: string, values: readonly Counted[]): readonly Counted[] {
  const known = values.filter(({ value }) => value !== "");
  if (name !== "level") return known;
  return LEVELS.flatMap((level) => known.filter(({ value }) => value === level));
}

function useColumns(): readonly Column<RuleRow>[] {
  const { t, i18n } = useTranslation(["rules", "monitor"]);
  return useMemo(
    (): readonly Column<RuleRow>[] => [
      {
        id: "level",
        title: t("monitor:severity.label"),
        sort: "level",
        width: 92,
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
        width: 88,
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
        width: 112,
        isMinor: true,
        cell: ({ lastHitAt }) => (lastHitAt ? formatAgo(lastHitAt, i18n.language) : "–"),
      },
      {
        id: "precision",
        title: t("rules:column.precision"),
        sort: "precision",
        width: 168,
        isMinor: true,
        cell: (rule) => <PrecisionCell rule={rule} />,
      },
      {
        id: "enabled",
        title: t("rules:column.enabled"),
        width: 96,
        cell: (rule) => <RuleSwitch rule={rule} />,
      },
    ],
    [t, i18n.language],
  );
}

/** What a person wrote, or what the time budget measured, in the reader's language. */
export function SwitchReason({ reason }: { readonly reason: string }) {
  const { t } = useTranslation("rules");
  const [, cost, budget] = /^over-budget:(\d+):(\d+)$/.exec(reason) ?? [];
  return cost === undefined ? reason : t("overBudget.reason", { cost, budget });
}

/** Switching a rule asks for a reason, because others will wonder. */
export function RuleSwitch({ rule }: { readonly rule: RuleRow }) {
  const { t, i18n } = useTranslation("rules");
  const title = (i18n.language === "ja" && rule.titleJa) || rule.title;
  const { data: me } = useQuery(meQuery);
  const queryClient = useQueryClient();
  const problemText = useProblemText();
  const change = useMutation({
    mutationFn: ({ isEnabled, reason }: { isEnabled: boolean; reason: string }) =>
      switchRule(rule.id, { isEnabled, reason }),
    onSuccess: async (_, { isEnabled }) => {
      await queryClient.invalidateQueries({ queryKey: ["rules"] });
      toastDone(t(isEnabled ? "switch.on" : "switch.off", { title }));
    },
    onError: (error) => toastProblem(problemText(error).title, problemText(error).advice),
  });
  const ask = async () => {
    const isEnabled = !rule.isEnabled;
    const reason = await confirm({
      title: t(isEnabled ? "switch.askOn" : "switch.askOff"),
      body: title,
      action: t(isEnabled ? "switch.turnOn" : "switch.turnOff"),
      reasonLabel: t("switch.reason"),
      isDestructive: !isEnabled,
    });
    if (reason !== undefined) change.mutate({ isEnabled, reason });
  };
  return (
    <>
      <Switch
        size="sm"
        aria-label={t("switch.label", { title })}
        checked={change.isPending ? change.variables.isEnabled : rule.isEnabled}
        disabled={!me?.permissions.includes("rule:write")}
        onChange={() => void ask()}
      />
      {rule.trial ? <TrialNote trial={rule.trial} /> : null}
      {rule.override && !rule.isEnabled ? (
        <span className={page.minor}>
          <SwitchReason reason={rule.override.reason} />
        </span>
      ) : null}
    </>
  );
}
