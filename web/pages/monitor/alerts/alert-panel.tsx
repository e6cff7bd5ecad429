import { ActionIcon, Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { type AlertDetail, alertQuery } from "../../../api/alerts.ts";
import { addException } from "../../../api/exceptions.ts";
import { meQuery } from "../../../api/session.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { entityName } from "../../../parts/entity-name.ts";
import { entityOfAlert, entityParams, FIELD_OF_KIND, searchOfAlert } from "../../../parts/entity-ref.ts";
import { IncidentChip } from "../../../parts/incident-chip.tsx";
import { Severity } from "../../../parts/severity.tsx";
import { SixSentence } from "../../../parts/six-sentence.tsx";
import { useRuleTitle } from "../../../parts/use-rule-title.ts";
import { ValueMenu } from "../../../parts/value-menu.tsx";
import { CopyIconButton } from "../../../ui/copy-icon.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { ChevronDownIcon, ChevronUpIcon } from "../../../ui/icons.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { SidePanel } from "../../../ui/side-panel.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { draftFromAlert } from "../exceptions/draft.ts";
import { Actions } from "./alert-actions.tsx";
import { AlertHistory } from "./alert-history.tsx";
import { Notes } from "./alert-notes.tsx";
import classes from "./alert-panel.module.css";
import { Related } from "./alert-related.tsx";
import { WhyPlace } from "./why-place.tsx";

const ExceptionDialog = lazy(() =>
  import("../exceptions/exception-dialog.tsx").then((module) => ({ default: module.ExceptionDialog })),
);

type PanelProps = {
  readonly id: string;
  readonly onClose: () => void;
  readonly onStep: (by: 1 | -1) => void;
};

/** One alert: what was seen, what to do, who did what so far. */
export function AlertPanel({ id, onClose, onStep }: PanelProps) {
  const { t } = useTranslation("alerts");
  const { data: alert, error, refetch } = useQuery(alertQuery(id));
  return (
    <SidePanel
      label={t("panel.label")}
      subject={id}
      onClose={onClose}
      title={t("panel.label")}
      actions={
        <>
          <ActionIcon aria-label={t("panel.previous")} onClick={() => onStep(-1)}>
            <ChevronUpIcon size={18} />
          </ActionIcon>
          <ActionIcon aria-label={t("panel.next")} onClick={() => onStep(1)}>
            <ChevronDownIcon size={18} />
          </ActionIcon>
          <CopyIconButton text={`${window.location.origin}/alerts?alert=${id}`} label={t("panel.copyLink")} />
        </>
      }
    >
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!alert && !error ? <RowsSkeleton rows={14} /> : null}
      {alert ? <AlertBody key={alert.id} alert={alert} /> : null}
    </SidePanel>
  );
}

function AlertBody({ alert }: { readonly alert: AlertDetail }) {
  const { t } = useTranslation(["alerts", "monitor"]);
  const { nameOf } = useUnit();
  const titleOf = useRuleTitle();
  const { data: me } = useQuery(meQuery);
  const permissions = me?.units.find(({ id }) => id === alert.unitId)?.permissions;
  const canWrite = permissions?.includes("alert:write") === true;
  return (
    <>
      <h2 className={classes.title}>{titleOf(alert.rule)}</h2>
      <p className={classes.badges}>
        <Severity level={alert.severity} />
        <span className={classes.status} data-status={alert.status}>
          {t(`monitor:status.${alert.status}`)}
          {alert.disposition ? ` · ${t(`monitor:disposition.${alert.disposition}`)}` : ""}
        </span>
        <span>{alert.assignee?.name ?? t("alerts:unassigned")}</span>
        <IncidentChip alertId={alert.id} />
      </p>
      <p className={classes.sentence}>
        <SixSentence time={alert.sample.time} six={alert.sample.six} />
      </p>
      {canWrite ? <Actions alert={alert} /> : null}
      <dl className={classes.facts}>
        <dt>{t(`monitor:entityKind.${alert.entity.kind}`)}</dt>
        <dd>
          {alert.entity.kind === "source" ? (
            <Link to="/sources/$id" params={{ id: alert.entity.value }}>
              {entityName(alert)}
            </Link>
          ) : (
            <EntityValue alert={alert} />
          )}
        </dd>
        <dt>{t("alerts:panel.unit")}</dt>
        <dd>{nameOf(alert.unitId)}</dd>
        <dt>{t("alerts:panel.count")}</dt>
        <dd>
          {alert.recurrence > 0
            ? t("alerts:panel.countRecurred", {
                text: formatCount(alert.count),
                recurred: t("alerts:recurred", { count: alert.recurrence }),
              })
            : formatCount(alert.count)}
        </dd>
        <dt>{t("alerts:panel.first")}</dt>
        <dd>
          <Instant at={alert.firstAt} />
        </dd>
        <dt>{t("alerts:panel.last")}</dt>
        <dd>
          <Instant at={alert.lastAt} />
        </dd>
        <dt>{t("alerts:panel.judgments")}</dt>
        <dd className={classes.judgments}>
          <span>
            {t("alerts:panel.byRule")} <Severity level={alert.level} isQuiet /> <Instant at={alert.levelAt} />
          </span>
          <span>
            {t("alerts:panel.byExpert")}{" "}
            {alert.expertSeverity ? <Severity level={alert.expertSeverity} isQuiet /> : t("alerts:panel.notJudged")}{" "}
            {alert.judged ? (
              <>
                {alert.judged.by.name} <Instant at={alert.judged.at} />
              </>
            ) : null}
          </span>
        </dd>
        {alert.reason ? (
          <>
            <dt>{t("alerts:close.reason")}</dt>
            <dd>{alert.reason}</dd>
          </>
        ) : null}
        <dt>{t("alerts:panel.rule")}</dt>
        <dd>
          <Link to="/rules/$id" params={{ id: alert.rule.id }}>
            {titleOf(alert.rule)}
          </Link>
          {alert.rule.author ? (
            <span className={classes.author}>{t("alerts:panel.author", { author: alert.rule.author })}</span>
          ) : null}
        </dd>
        {alert.rule.tactics.length + alert.rule.techniques.length > 0 ? (
          <>
            <dt>ATT&amp;CK</dt>
            <dd>
              {[
                ...alert.rule.tactics.map((tactic) => t(`monitor:tactic.${tactic}`, { defaultValue: tactic })),
                ...alert.rule.techniques,
              ].join(" · ")}
            </dd>
          </>
        ) : null}
      </dl>
      <p className={classes.go}>
        <Link to="/search" search={{ q: alert.events.q, from: alert.events.from, to: alert.events.to }}>
          {alert.sample.contributing
            ? t("alerts:panel.entityEvents", { entity: entityName(alert) })
            : t("alerts:panel.events", { count: alert.count, text: formatCount(alert.count) })}
        </Link>
        <Link to="/search" search={{ event: alert.sample.eventId, at: alert.sample.time }}>
          {t("alerts:panel.sample")}
        </Link>
        {permissions?.includes("rule:write") ? <AddException alert={alert} /> : null}
      </p>
      <WhyPlace alert={alert} />
      <Related alert={alert} />
      <Notes alert={alert} canWrite={canWrite} />
      <AlertHistory history={alert.history} />
    </>
  );
}

/** Leads to the page of what the alert is about, with everything else that can be done with its name. */
function EntityValue({ alert }: { readonly alert: AlertDetail }) {
  const { kind, value } = alert.entity;
  const entity = entityOfAlert(kind, value);
  return (
    <>
      {entity ? (
        <Link to="/monitor/entities/$kind/$value" params={entityParams(entity)} search={{}}>
          <bdi>{value}</bdi>
        </Link>
      ) : (
        <bdi>{value}</bdi>
      )}{" "}
      <ValueMenu
        field={FIELD_OF_KIND[kind] ?? "entity"}
        value={value}
        query={searchOfAlert(kind, value)}
        at={alert.lastAt}
      />
    </>
  );
}

/** The known and harmless is taken out where it is met, filled in from what was seen. */
function AddException({ alert }: { readonly alert: AlertDetail }) {
  const { t } = useTranslation("exceptions");
  const [isAdding, setAdding] = useState(false);
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setAdding(true)}>
        {t("add.action")}
      </Button>
      {isAdding ? (
        <Suspense>
          <ExceptionDialog
            title={t("add.title")}
            said={t("add.done")}
            draft={draftFromAlert(alert)}
            sample={alert.sample}
            save={addException}
            onClose={() => setAdding(false)}
          />
        </Suspense>
      ) : null}
    </>
  );
}
