import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { conditionText } from "../../../../src/monitor/search/language/one-condition.ts";
import { deleteRule, type RuleDetail, ruleQuery, ruleVersionQuery } from "../../../api/rules.ts";
import { meQuery } from "../../../api/session.ts";
import { Severity } from "../../../parts/severity.tsx";
import { useRuleTitle } from "../../../parts/use-rule-title.ts";
import { CodeBlock } from "../../../ui/code-block.tsx";
import { confirm } from "../../../ui/confirm.tsx";
import { Figure } from "../../../ui/figure.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { LinkButton } from "../../../ui/link-button.tsx";
import { Page, Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Sparkline } from "../../../ui/sparkline.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { CostSection } from "./cost.tsx";
import { precisionText } from "./precision.tsx";
import { Relatives } from "./relatives.tsx";
import { RetroHuntSection } from "./retro-hunt.tsx";
import classes from "./rule-page.module.css";
import { RuleSwitch, SwitchReason } from "./rule-switch.tsx";
import { Samples } from "./samples.tsx";
import { TrialButton } from "./trial.tsx";

export function RulePage() {
  const { t, i18n } = useTranslation("rules");
  const { id } = useParams({ from: "/frame/rules/$id" });
  const { data: rule, error, refetch } = useQuery(ruleQuery(id));
  const { data: me } = useQuery(meQuery);
  if (!rule)
    return (
      <Page title={t("detail.title")}>
        {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : <RowsSkeleton rows={12} />}
      </Page>
    );
  const isJapanese = i18n.language === "ja";
  const title = (isJapanese && rule.titleJa) || rule.title;
  return (
    <Page title={title} lead={(isJapanese && rule.descriptionJa) || rule.description} actions={<Actions rule={rule} />}>
      <p className={classes.badges}>
        <Severity level={rule.level} />
        {rule.status ? <span>{rule.status}</span> : null}
        <span>{Object.values(rule.logsource).filter(Boolean).join(" / ")}</span>
        <RuleSwitch rule={rule} />
        <TrialButton rule={rule} />
      </p>
      {rule.overrides ? <p className={classes.note}>{t("detail.overrides")}</p> : null}
      <div className={classes.columns}>
        <div className={classes.stack}>
          <HitsFigure rule={rule} />
          {me?.permissions.includes("event:read") ? <RetroHuntSection rule={rule} /> : null}
          <Section title={t("detail.text")}>
            <CodeBlock label={t("detail.text")} title={<code>{rule.origin}</code>} text={rule.text} />
          </Section>
        </div>
        <div className={classes.stack}>
          <Relatives rule={rule} />
          <Outcome rule={rule} />
          <CostSection rule={rule} />
          <About rule={rule} />
          {rule.kind === "own" ? <Samples rule={rule} /> : null}
          {rule.versions.length > 0 ? <Versions rule={rule} /> : null}
        </div>
      </div>
    </Page>
  );
}

function Actions({ rule }: { readonly rule: RuleDetail }) {
  const { t } = useTranslation("rules");
  const { data: me } = useQuery(meQuery);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const title = useRuleTitle()(rule);
  const removal = useMutation({
    mutationFn: (reason: string) => deleteRule(rule.id, reason),
    onSuccess: async () => {
      await navigate({ to: "/rules" });
      await queryClient.invalidateQueries({ queryKey: ["rules"] });
      toastDone(t("detail.deleted", { title }));
    },
  });
  const ask = async () => {
    const reason = await confirm({
      title: t("detail.deleteTitle"),
      body: t("detail.deleteBody", { title }),
      action: t("detail.delete"),
      reasonLabel: t("switch.reason"),
    });
    if (reason !== undefined) removal.mutate(reason);
  };
  return (
    <>
      <LinkButton to="/search" search={{ q: conditionText("rule", rule.id), from: "now-30d" }} variant="default">
        {t("detail.events")}
      </LinkButton>
      <LinkButton to="/alerts" search={{ rule: rule.id, status: "open,in-progress,closed" }} variant="default">
        {t("detail.alerts")}
      </LinkButton>
      {me?.permissions.includes("rule:write") ? (
        rule.kind === "own" ? (
          <>
            <LinkButton to="/rules/$id/edit" params={{ id: rule.id }}>
              {t("detail.edit")}
            </LinkButton>
            <Button variant="subtle" color="shu" onClick={() => void ask()}>
              {t("detail.delete")}
            </Button>
          </>
        ) : (
          <LinkButton to="/rules/new" search={{ copy: rule.id }}>
            {t("detail.copy")}
          </LinkButton>
        )
      ) : null}
    </>
  );
}

function HitsFigure({ rule }: { readonly rule: RuleDetail }) {
  const { t } = useTranslation("rules");
  const days = rule.hitsByDay;
  if (days === null) return <p>{t("hitsProblem")}</p>;
  const total = days.reduce((sum, { count }) => sum + count, 0);
  return (
    <Figure
      title={t("detail.hits", { count: total, text: formatCount(total) })}
      chart={
        <Sparkline
          values={days.map(({ count }) => count)}
          label={t("detail.hits", { count: total, text: formatCount(total) })}
          width={640}
          height={72}
        />
      }
      table={
        <table className={classes.days}>
          <thead>
            <tr>
              <th scope="col">{t("detail.day")}</th>
              <th scope="col">{t("column.hits")}</th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ day, count }) => (
              <tr key={day}>
                <th scope="row">{day.replaceAll("-", "/")}</th>
                <td>{formatCount(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      }
    />
  );
}

/** How analysts judged this rule's alerts: the figure by which it is kept, tuned or switched off. */
function Outcome({ rule: { alerts, precision, health, isPart } }: { readonly rule: RuleDetail }) {
  const { t } = useTranslation(["rules", "monitor"]);
  const judged = alerts.truePositive + alerts.falsePositive + alerts.benign;
  const rows = [
    ["true-positive", alerts.truePositive],
    ["false-positive", alerts.falsePositive],
    ["benign", alerts.benign],
  ] as const;
  return (
    <Section title={t("rules:detail.outcome")} aside={t("rules:openAlerts", { count: alerts.open })}>
      {judged === 0 ? <p className={classes.small}>{t("rules:detail.notJudged")}</p> : null}
      {isPart ? <p className={classes.note}>{t("rules:part")}</p> : null}
      {health ? <p className={classes.note}>{t(`rules:health.${health}`)}</p> : null}
      {precision ? (
        <p>
          {t("rules:precision.label")}: <strong>{precisionText(precision, t)}</strong>{" "}
          <span className={classes.small}>{t("rules:precision.meaning")}</span>
        </p>
      ) : null}
      <dl className={classes.facts}>
        {rows.map(([disposition, count]) => (
          <div key={disposition} style={{ display: "contents" }}>
            <dt>{t(`monitor:disposition.${disposition}`)}</dt>
            <dd>
              {formatCount(count)}
              {judged > 0 ? <span className={classes.small}> {Math.round((count / judged) * 100)}%</span> : null}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function About({ rule }: { readonly rule: RuleDetail }) {
  const { t } = useTranslation(["rules", "monitor"]);
  return (
    <Section title={t("rules:detail.about")}>
      <dl className={classes.facts}>
        <dt>{t("rules:detail.author")}</dt>
        <dd>{rule.author || "–"}</dd>
        {rule.license ? (
          <>
            <dt>{t("rules:detail.license")}</dt>
            <dd>{rule.license}</dd>
          </>
        ) : null}
        <dt>{t("rules:detail.date")}</dt>
        <dd>{[rule.date, rule.modified].filter(Boolean).join(" → ") || "–"}</dd>
        <dt>ID</dt>
        <dd>
          <code>{rule.id}</code>
        </dd>
        {rule.tags.length > 0 ? (
          <>
            <dt>{t("rules:detail.tags")}</dt>
            <dd>{rule.tags.join(", ")}</dd>
          </>
        ) : null}
        {rule.falsePositives.length > 0 ? (
          <>
            <dt>{t("rules:detail.falsePositives")}</dt>
            <dd>{rule.falsePositives.join(" / ")}</dd>
          </>
        ) : null}
        {rule.override ? (
          <>
            <dt>
              {t(rule.trial ? "rules:trial.on" : rule.isEnabled ? "rules:detail.turnedOn" : "rules:detail.turnedOff")}
            </dt>
            <dd>
              <SwitchReason reason={rule.override.reason} /> — {rule.override.by.name},{" "}
              <Instant at={rule.override.at} />
            </dd>
          </>
        ) : null}
      </dl>
      {rule.references.length > 0 ? (
        <ul className={classes.references}>
          {rule.references.map((reference) => (
            <li key={reference}>
              {/^https?:\/\//.test(reference) ? (
                <a href={reference} target="_blank" rel="noopener noreferrer">
                  {reference}
                </a>
              ) : (
                reference
              )}
            </li>
          ))}
        </ul>
      ) : null}
    </Section>
  );
}

function Versions({ rule }: { readonly rule: RuleDetail }) {
  const { t } = useTranslation("rules");
  const [shown, setShown] = useState<number>();
  const { data } = useQuery({ ...ruleVersionQuery(rule.id, shown ?? 0), enabled: shown !== undefined });
  return (
    <Section title={t("detail.versions")}>
      <ol className={classes.versions}>
        {rule.versions.map(({ version, at, by, comment, isDeleted }) => (
          <li key={version}>
            <Button
              size="compact-xs"
              variant="subtle"
              onClick={() => setShown(shown === version ? undefined : version)}
            >
              {t("detail.version", { version })}
            </Button>{" "}
            {isDeleted ? t("detail.wasDeleted") : comment}{" "}
            <span className={classes.small}>
              {by.name} · <Instant at={at} />
            </span>
          </li>
        ))}
      </ol>
      {data && shown !== undefined ? (
        <CodeBlock
          label={t("detail.version", { version: shown })}
          title={t("detail.version", { version: shown })}
          text={data.text}
        />
      ) : null}
      <p className={classes.small}>
        <Link to="/audit" search={{ targetId: rule.id }}>
          {t("detail.audit")}
        </Link>
      </p>
    </Section>
  );
}
