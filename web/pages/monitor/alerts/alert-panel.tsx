import { ActionIcon, Button, NativeSelect, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { type AlertDetail, addAlertNote, alertQuery, LEVELS } from "../../../api/alerts.ts";
import { addException } from "../../../api/exceptions.ts";
import { meQuery } from "../../../api/session.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { IncidentChip, useIncidentOf } from "../../../parts/incident-chip.tsx";
import { isLevel, Severity } from "../../../parts/severity.tsx";
import { SixSentence } from "../../../parts/six-sentence.tsx";
import { useRuleTitle } from "../../../parts/use-rule-title.ts";
import { CopyIconButton } from "../../../ui/copy-icon.tsx";
import { formatCount } from "../../../ui/figures.ts";
import {
  ArrowBackUpIcon,
  ArrowRightIcon,
  ChevronDownIcon,
  ChevronUpIcon,
  CircleCheckIcon,
  PlayerPlayIcon,
} from "../../../ui/icons.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { SidePanel } from "../../../ui/side-panel.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { IncidentMenu } from "../../respond/incident/incident-menu.tsx";
import { draftFromAlert } from "../exceptions/draft.ts";
import { AlertHistory } from "./alert-history.tsx";
import classes from "./alert-panel.module.css";
import { AssignMenu } from "./assign-menu.tsx";
import { CloseDialog } from "./close-dialog.tsx";
import { useChangeAlerts } from "./use-alerts.ts";

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
        <dd>{alert.entity.value}</dd>
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
          {t("alerts:panel.byRule")} <Severity level={alert.level} isQuiet /> {t("alerts:panel.byExpert")}{" "}
          {alert.expertSeverity ? <Severity level={alert.expertSeverity} isQuiet /> : t("alerts:panel.notJudged")}
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
            ? t("alerts:panel.entityEvents", { entity: alert.entity.value })
            : t("alerts:panel.events", { count: alert.count, text: formatCount(alert.count) })}
        </Link>
        <Link to="/search" search={{ event: alert.sample.eventId, at: alert.sample.time }}>
          {t("alerts:panel.sample")}
        </Link>
        {permissions?.includes("rule:write") ? <AddException alert={alert} /> : null}
      </p>
      <Related alert={alert} />
      <Notes alert={alert} canWrite={canWrite} />
      <AlertHistory history={alert.history} />
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

function Actions({ alert }: { readonly alert: AlertDetail }) {
  const { t } = useTranslation(["alerts", "monitor"]);
  const [isClosing, setClosing] = useState(false);
  const act = useChangeAlerts();
  const incident = useIncidentOf(alert.id);
  const target = { alerts: [{ id: alert.id, version: alert.version }] };
  return (
    <div className={classes.actions}>
      {alert.status === "open" ? (
        <Button
          size="xs"
          leftSection={<PlayerPlayIcon size={14} />}
          onClick={() =>
            act.mutate({
              target,
              change: { status: "in-progress", ...(alert.assignee ? {} : { assigneeId: "me" }) },
              said: t("alerts:toast.started", { count: 1 }),
            })
          }
        >
          {t("alerts:bulk.start")}
        </Button>
      ) : null}
      {alert.status === "closed" ? (
        <Button
          size="xs"
          variant="default"
          leftSection={<ArrowBackUpIcon size={14} />}
          onClick={() => act.mutate({ target, change: { status: "open" }, said: t("alerts:toast.reopened") })}
        >
          {t("alerts:panel.reopen")}
        </Button>
      ) : (
        <Button
          size="xs"
          variant={alert.status === "in-progress" ? "filled" : "default"}
          leftSection={<CircleCheckIcon size={14} />}
          onClick={() => setClosing(true)}
        >
          {t("alerts:bulk.close")}
        </Button>
      )}
      <AssignMenu
        onAssign={(assigneeId, name) =>
          act.mutate({
            target,
            change: { assigneeId },
            said:
              assigneeId === null
                ? t("alerts:toast.unassigned", { count: 1 })
                : t("alerts:toast.assigned", { count: 1, name }),
          })
        }
      />
      <NativeSelect
        size="xs"
        aria-label={t("alerts:panel.judge")}
        value={alert.expertSeverity ?? ""}
        onChange={(event) => {
          const value = event.currentTarget.value;
          act.mutate({
            target,
            change: { expertSeverity: isLevel(value) ? value : null },
            said: t("alerts:toast.judged", { count: 1 }),
          });
        }}
        data={[
          { value: "", label: t("alerts:panel.judge") },
          ...LEVELS.map((level) => ({ value: level, label: t(`monitor:severity.${level}`) })),
        ]}
      />
      {incident === null ? <IncidentMenu alerts={[alert]} /> : null}
      {isClosing ? (
        <CloseDialog
          count={1}
          onCancel={() => setClosing(false)}
          onClose={(change) => {
            setClosing(false);
            act.mutate({ target, change, said: t("alerts:toast.closed", { count: 1 }) });
          }}
        />
      ) : null}
    </div>
  );
}

function Related({ alert }: { readonly alert: AlertDetail }) {
  const { t } = useTranslation(["alerts", "monitor"]);
  const titleOf = useRuleTitle();
  return (
    <>
      {alert.sameEntity.length > 0 ? (
        <section className={classes.section}>
          <h3>{t("alerts:panel.sameEntity", { entity: alert.entity.value })}</h3>
          <ul className={classes.plain}>
            {alert.sameEntity.map((other) => (
              <li key={other.id}>
                <Severity level={other.severity} isQuiet />{" "}
                <Link to="/alerts" search={(now) => ({ ...now, alert: other.id })}>
                  {titleOf({ id: other.ruleId, title: other.ruleTitle })}
                </Link>{" "}
                <span className={classes.small}>
                  ×{formatCount(other.count)} · {t(`monitor:status.${other.status}`)}
                </span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {alert.former.length > 0 ? (
        <section className={classes.section}>
          <h3>{t("alerts:panel.former")}</h3>
          <ul className={classes.plain}>
            {alert.former.map((former) => (
              <li key={former.id}>
                <ArrowRightIcon size={13} aria-hidden />{" "}
                <Link to="/alerts" search={(now) => ({ ...now, alert: former.id })}>
                  {former.disposition ? t(`monitor:disposition.${former.disposition}`) : t("monitor:status.closed")}
                </Link>{" "}
                {former.reason}{" "}
                <span className={classes.small}>
                  <Instant at={former.lastAt} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  );
}

function Notes({ alert, canWrite }: { readonly alert: AlertDetail; readonly canWrite: boolean }) {
  const { t } = useTranslation("alerts");
  const [text, setText] = useState("");
  const queryClient = useQueryClient();
  const add = useMutation({
    mutationFn: () => addAlertNote(alert.id, text.trim()),
    onSuccess: (detail) => {
      setText("");
      queryClient.setQueryData(alertQuery(alert.id).queryKey, detail);
      void queryClient.invalidateQueries({ queryKey: ["alerts", "list"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== "") add.mutate();
  };
  if (alert.notes.length === 0 && !canWrite) return null;
  return (
    <section className={classes.section}>
      <h3>{t("panel.notes")}</h3>
      <ul className={classes.plain}>
        {alert.notes.map((note) => (
          <li key={note.id} className={classes.note}>
            <p>{note.text}</p>
            <p className={classes.small}>
              {note.author.name} · <Instant at={note.at} />
            </p>
          </li>
        ))}
      </ul>
      {canWrite ? (
        <form onSubmit={submit} className={classes.noteForm}>
          {add.error ? <ProblemNote error={add.error} /> : null}
          <Textarea
            aria-label={t("panel.noteField")}
            placeholder={t("panel.noteField")}
            autosize
            minRows={2}
            maxRows={10}
            maxLength={4000}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button type="submit" size="xs" variant="default" loading={add.isPending} disabled={text.trim() === ""}>
            {t("panel.addNote")}
          </Button>
        </form>
      ) : null}
    </section>
  );
}
