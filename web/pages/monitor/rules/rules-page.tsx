import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { RulePage } from "../../../api/rules.ts";
import { meQuery } from "../../../api/session.ts";
import { formatCount } from "../../../ui/figures.ts";
import { PlusIcon } from "../../../ui/icons.ts";
import { LinkButton } from "../../../ui/link-button.tsx";
import page from "../../../ui/list-page.module.css";
import { QueryField } from "../../../ui/query-field.tsx";
import { HealthNote, healthOfTab, isTab, TABS, type Tab } from "./health-note.tsx";
import { RejectedRules } from "./rejected-rules.tsx";
import { RuleFacetList } from "./rule-facet-list.tsx";
import { RuleList, useRules } from "./rule-list.tsx";
import { SigmaFilters } from "./sigma-filters.tsx";

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
          {first
            ? t("rules:total", {
                count: first.total,
                text: formatCount(first.total),
                enabled: formatCount(first.enabledTotal),
              })
            : ""}
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
              {t(`rules:tab.${one}`)} {first ? countOf(one, first) : ""}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      {health ? <HealthNote tab={tab} days={days ?? "30"} onDays={(next) => change({ days: next })} /> : null}
      {tab === "rejected" ? <RejectedRules /> : null}
      {tab === "filters" ? <SigmaFilters /> : null}
      {tab === "rejected" || tab === "filters" ? null : (
        <div className={page.lower}>
          <RuleFacetList filter={filter} onChange={change} />
          <RuleList rules={rules} sort={sort} order={order === "desc" ? "desc" : "asc"} onChange={change} />
        </div>
      )}
    </div>
  );
}

/** Beside the tabs whose lists are short. */
const countOf = (tab: Tab, { rejectedTotal, filtersTotal }: RulePage): string =>
  tab === "rejected" ? formatCount(rejectedTotal) : tab === "filters" ? formatCount(filtersTotal) : "";
