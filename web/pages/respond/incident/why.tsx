import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { visible } from "../../../../src/kernel/visible.ts";
import { type FormationCluster, formationQuery } from "../../../api/formation.ts";
import type { IncidentDetail } from "../../../api/incidents.ts";
import { Severity } from "../../../parts/severity.tsx";
import { useRuleTitle } from "../../../parts/use-rule-title.ts";
import { formatSpan } from "../../../ui/ago.ts";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { formatCount } from "../../../ui/figures.ts";
import page from "../../../ui/list-page.module.css";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import incidentClasses from "./incident.module.css";
import { IncidentFrame } from "./incident-frame.tsx";
import { MuteRule } from "./mute-rule.tsx";
import { OutbreakReason } from "./outbreak-reason.tsx";
import { Relations } from "./relations.tsx";
import classes from "./why.module.css";

/** Why these alerts are one incident: points that add up, and what joined each alert. */
export function WhyPage() {
  return <IncidentFrame>{(incident, mayWrite) => <Why incident={incident} mayWrite={mayWrite} />}</IncidentFrame>;
}

type WhyProps = { readonly incident: IncidentDetail; readonly mayWrite: boolean };

function Why({ incident, mayWrite }: WhyProps) {
  const { t } = useTranslation("formation");
  const { data, error, refetch } = useQuery(formationQuery(incident.id));
  if (!data) return error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : <RowsSkeleton rows={10} />;
  const { cluster, relations } = data;
  return (
    <div className={classes.why}>
      {cluster ? <Score cluster={cluster} /> : <Empty title={t("none.title")}>{t("none.hint")}</Empty>}
      {cluster ? <Rules incident={incident} mayWrite={mayWrite} cluster={cluster} /> : null}
      {cluster ? <Joins incident={incident} cluster={cluster} /> : null}
      <Relations incident={incident} relations={relations} mayWrite={mayWrite} />
    </div>
  );
}

type ClusterProps = { readonly cluster: FormationCluster };

/** One digit after the point, as points are kept. */
const points = (n: number): string => n.toFixed(1).replace(/\.0$/, "");

function Score({ cluster }: ClusterProps) {
  const { t } = useTranslation("formation");
  const { score, threshold } = cluster;
  // While nothing is known of what things are worth, there is nothing to tell of it.
  const parts = cluster.parts.filter(({ kind, of }) => kind !== "asset" || of !== 1);
  const columns = useMemo(
    (): readonly Column<FormationCluster["parts"][number]>[] => [
      {
        id: "part",
        title: t("score.part"),
        cell: ({ kind }) => (
          <>
            <span className={classes.swatch} data-part={kind} aria-hidden />
            {t(`part.${kind}`)}
          </>
        ),
      },
      { id: "from", title: t("score.from"), cell: ({ kind, of }) => t(`from.${kind}`, { count: of, text: of }) },
      { id: "points", title: t("score.points"), width: 80, isNumber: true, cell: (part) => points(part.points) },
    ],
    [t],
  );
  return (
    <Section
      title={t("score.title")}
      aside={
        <>
          {t("score.formed")} <Instant at={cluster.formedAt} />
        </>
      }
    >
      <p className={classes.total}>
        <strong>{points(score)}</strong>{" "}
        {t(score >= threshold ? "score.above" : "score.below", { threshold: points(threshold) })}
      </p>
      <div className={classes.bar} aria-hidden>
        {parts
          .filter((part) => part.points > 0)
          .map((part) => (
            <span key={part.kind} data-part={part.kind} style={{ flexGrow: part.points }} />
          ))}
      </div>
      <DataTable label={t("score.title")} rows={parts} columns={columns} idOf={({ kind }) => kind} />
    </Section>
  );
}

function Rules({ incident, mayWrite, cluster }: WhyProps & ClusterProps) {
  const { t } = useTranslation("formation");
  const titleOf = useRuleTitle();
  const columns = useMemo(
    (): readonly Column<FormationCluster["rules"][number]>[] => [
      {
        id: "rule",
        title: t("rules.rule"),
        cell: ({ ruleId, title, isMuted }) => (
          <>
            <span className={page.name}>{titleOf({ id: ruleId, title })}</span>
            {isMuted ? <span className={page.minor}>{t("rules.muted")}</span> : null}
          </>
        ),
      },
      { id: "level", title: t("rules.level"), width: 120, cell: ({ level }) => <Severity level={level} isQuiet /> },
      {
        id: "how",
        title: t("rules.how"),
        cell: ({ base, trust, rarity, subjects, days }) => (
          <>
            {t("rules.product", { base, trust: percent(trust), rarity: percent(rarity) })}
            <span className={page.minor}>
              {t("rules.seen", {
                things: t("rules.things", { count: subjects, text: formatCount(subjects) }),
                days: t("rules.days", { count: days, text: formatCount(days) }),
              })}
            </span>
          </>
        ),
      },
      { id: "points", title: t("score.points"), width: 80, isNumber: true, cell: (rule) => points(rule.points) },
      ...(mayWrite
        ? [
            {
              id: "mute",
              title: t("rules.muteColumn"),
              width: 130,
              cell: ({ ruleId, title, isMuted }: FormationCluster["rules"][number]) =>
                isMuted ? null : (
                  <MuteRule rule={{ id: ruleId, title: titleOf({ id: ruleId, title }) }} unitId={incident.unitId} />
                ),
            },
          ]
        : []),
    ],
    [t, titleOf, mayWrite, incident.unitId],
  );
  return (
    <Section title={t("rules.title")}>
      <p className={incidentClasses.small}>{t("rules.lead")}</p>
      <DataTable label={t("rules.title")} rows={cluster.rules} columns={columns} idOf={({ ruleId }) => ruleId} />
      {cluster.hiddenPoints > 0 ? (
        <p className={incidentClasses.small}>{t("rules.hidden", { points: points(cluster.hiddenPoints) })}</p>
      ) : null}
    </Section>
  );
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

function Joins({ incident, cluster }: ClusterProps & { readonly incident: IncidentDetail }) {
  const { t, i18n } = useTranslation("formation");
  const titleOf = useRuleTitle();
  const ruleOf = useMemo(() => new Map(incident.alerts.map((alert) => [alert.id, alert])), [incident.alerts]);
  const columns = useMemo(
    (): readonly Column<FormationCluster["joins"][number]>[] => [
      {
        id: "alert",
        title: t("joins.alert"),
        cell: ({ alertId }) => {
          const alert = ruleOf.get(alertId);
          return (
            <>
              <Link to="/alerts" search={{ alert: alertId, status: "open,in-progress,closed" }} className={page.name}>
                {alert ? titleOf(alert.rule) : alertId}
              </Link>
              <bdi className={page.minor}>{alert?.entity.value}</bdi>
            </>
          );
        },
      },
      {
        id: "because",
        title: t("joins.because"),
        cell: ({ alertId, with: other, shared, groupingRule, outbreak }) =>
          outbreak !== undefined ? (
            <OutbreakReason
              outbreak={outbreak}
              isSame={other !== null && ruleOf.get(alertId)?.rule.id === ruleOf.get(other.alertId)?.rule.id}
            />
          ) : groupingRule === null ? (
            <ul className={incidentClasses.plain}>
              {shared.map(({ kind, value, subjects }) => (
                <li key={`${kind} ${value}`}>
                  <bdi>{t("joins.shared", { kind: t(`kind.${kind}`), value: visible(value, 160) })}</bdi>
                  <span className={page.minor}>
                    {t("joins.rarity", { count: subjects, text: formatCount(subjects) })}
                  </span>
                </li>
              ))}
            </ul>
          ) : (
            <Link to="/incidents/grouping">{t("joins.byRule")}</Link>
          ),
      },
      {
        id: "with",
        title: t("joins.with"),
        isMinor: true,
        cell: (join) => {
          if (!join.with) return t("joins.unseen");
          const alert = ruleOf.get(join.with.alertId);
          return alert ? titleOf(alert.rule) : join.with.ruleTitle;
        },
      },
      {
        id: "apart",
        title: t("joins.apart"),
        width: 130,
        cell: ({ apartMs }) => (apartMs === 0 ? t("joins.together") : formatSpan(apartMs, i18n.language)),
      },
      {
        id: "strength",
        title: t("joins.strength"),
        width: 80,
        isNumber: true,
        cell: ({ strength }) => percent(strength),
      },
    ],
    [t, i18n.language, titleOf, ruleOf],
  );
  return (
    <Section title={t("joins.title")} aside={formatCount(cluster.joins.length)}>
      {cluster.joins.length === 0 ? (
        <p className={incidentClasses.small}>{t("joins.alone")}</p>
      ) : (
        <DataTable label={t("joins.title")} rows={cluster.joins} columns={columns} idOf={({ alertId }) => alertId} />
      )}
    </Section>
  );
}
