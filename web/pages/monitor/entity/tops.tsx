import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { visible } from "../../../../src/kernel/visible.ts";
import type { EntitySummary } from "../../../api/entities.ts";
import { entityParams } from "../../../parts/entity-ref.ts";
import { isLevel, Severity } from "../../../parts/severity.tsx";
import { useRuleTitle } from "../../../parts/use-rule-title.ts";
import { ValueMenu } from "../../../parts/value-menu.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { Section } from "../../../ui/page.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./entity.module.css";

/** What its events are made of: rules that matched, programs, actions, kinds of log, and whose the addresses were. */
export function Tops({ summary }: { readonly summary: EntitySummary }) {
  const { t } = useTranslation(["entities", "monitor"]);
  const titleOf = useRuleTitle();
  const { rules, programs, actions, datasets, holders } = summary;
  return (
    <>
      <div className={classes.columns}>
        <Section title={t("entities:rules")}>
          <Counted
            range={summary.range}
            items={rules.map(({ id, title, level, events }) => ({
              key: id,
              count: events,
              shown: (
                <>
                  {isLevel(level) ? <Severity level={level} isQuiet /> : null}{" "}
                  <Link to="/rules/$id" params={{ id }}>
                    {titleOf({ id, title })}
                  </Link>
                </>
              ),
            }))}
          />
        </Section>
        <Section title={t("entities:programs")}>
          <Counted items={valuesOf(programs, "process.name")} range={summary.range} />
        </Section>
        <Section title={t("entities:actions")}>
          <Counted
            range={summary.range}
            items={actions.map(({ value, count }) => ({
              key: String(value),
              count,
              field: "did_what",
              shown: t(`monitor:action.${value}`, { defaultValue: visible(String(value)) }).split("|")[0],
            }))}
          />
        </Section>
        <Section title={t("entities:datasets")}>
          <Counted items={valuesOf(datasets, "event.dataset")} range={summary.range} />
        </Section>
      </div>
      {summary.kind === "domain" || summary.kind === "hash" ? null : <Holders holders={holders} />}
    </>
  );
}

type Item = {
  readonly key: string;
  readonly count: number;
  readonly shown: ReactNode;
  /** The field to ask for it; absent = it has a page of its own. */
  readonly field?: string;
};

const valuesOf = (values: EntitySummary["programs"], field: string): Item[] =>
  values.map(({ value, count }) => ({
    key: String(value),
    count,
    field,
    shown: <bdi className={classes.name}>{visible(String(value))}</bdi>,
  }));

type CountedProps = { readonly items: readonly Item[]; readonly range: EntitySummary["range"] };

function Counted({ items, range }: CountedProps) {
  const { t } = useTranslation("entities");
  const most = items[0]?.count ?? 1;
  if (items.length === 0) return <p className={classes.small}>{t("none")}</p>;
  return (
    <ol className={classes.list}>
      {items.map(({ key, count, shown, field }) => (
        <li key={key} className={classes.row}>
          <span className={classes.bar} style={{ width: `${(count / most) * 100}%` }} aria-hidden />
          <span>{shown}</span>
          <span className={classes.count}>{formatCount(count)}</span>
          {field ? <ValueMenu field={field} value={key} range={range} /> : <span />}
        </li>
      ))}
    </ol>
  );
}

function Holders({ holders }: Pick<EntitySummary, "holders">) {
  const { t } = useTranslation("entities");
  return (
    <Section title={t("holders.title")}>
      <p className={classes.small}>{t("holders.hint")}</p>
      {holders.length === 0 ? <p className={classes.small}>{t("holders.none")}</p> : null}
      <ul className={classes.list} aria-label={t("holders.title")}>
        {holders.map(({ address, host, user, firstAt, lastAt, events }) => (
          <li key={`${address} ${host} ${user}`} className={classes.row}>
            <span>
              {(
                [
                  ["address", address],
                  ["host", host],
                  ["account", user],
                ] as const
              ).map(([kind, value]) =>
                value === "" ? null : (
                  <span key={kind}>
                    <span className={classes.small}>{t(`kind.${kind}`)}</span>{" "}
                    <Link to="/monitor/entities/$kind/$value" params={entityParams({ kind, value })} search={{}}>
                      <bdi>{visible(value)}</bdi>
                    </Link>{" "}
                  </span>
                ),
              )}
            </span>
            <span className={classes.small}>
              <Instant at={firstAt} /> – <Instant at={lastAt} />
            </span>
            <span className={classes.count}>{formatCount(events)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
