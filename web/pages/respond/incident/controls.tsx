import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { LEVELS } from "../../../api/alerts.ts";
import { INCIDENT_STATUSES, type IncidentDetail, type IncidentStatus } from "../../../api/incidents.ts";
import { incidentTitle } from "../../../parts/incident-title.ts";
import { Severity } from "../../../parts/severity.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { ChevronDownIcon, PencilIcon } from "../../../ui/icons.ts";
import { LateMenu } from "../../../ui/late-menu.tsx";
import { AssignMenu } from "../../monitor/alerts/assign-menu.tsx";
import { CloseIncident } from "./close-incident.tsx";
import classes from "./incident.module.css";
import { IncidentForm } from "./incident-form.tsx";
import { statusKey } from "./said.ts";
import { useChangeIncident } from "./use-incident.ts";

type IncidentProps = { readonly incident: IncidentDetail };

/** How bad, how far, whose: read at a glance, changed in one step. */
export function IncidentControls({ incident, mayWrite }: IncidentProps & { readonly mayWrite: boolean }) {
  const { t } = useTranslation(["incident", "monitor"]);
  const change = useChangeIncident(incident);
  return (
    <div className={classes.controls}>
      {mayWrite ? (
        <LateMenu
          position="bottom-start"
          button={
            <Button
              size="xs"
              variant="default"
              rightSection={<ChevronDownIcon size={13} />}
              aria-label={`${t("incident:form.severity")}: ${t(`monitor:severity.${incident.severity}`)}`}
            >
              <Severity level={incident.severity} isQuiet />
            </Button>
          }
        >
          {(Menu) => (
            <>
              {LEVELS.map((severity) => (
                <Menu.Item key={severity} onClick={() => change.mutate({ severity })}>
                  <Severity level={severity} isQuiet />
                </Menu.Item>
              ))}
            </>
          )}
        </LateMenu>
      ) : (
        <Severity level={incident.severity} />
      )}
      <StatusSteps incident={incident} mayWrite={mayWrite} />
      <span className={classes.owner}>
        <span className={classes.small}>{t("incident:page.owner")}</span>{" "}
        {incident.owner?.name ?? t("incident:unowned")}
      </span>
      {mayWrite ? <AssignMenu onAssign={(ownerId) => change.mutate({ ownerId })} /> : null}
    </div>
  );
}

/** From open to closed; any step may be taken at any time, closing asks why. */
function StatusSteps({ incident, mayWrite }: IncidentProps & { readonly mayWrite: boolean }) {
  const { t } = useTranslation("incident");
  const [isClosing, setClosing] = useState(false);
  const change = useChangeIncident(incident);
  const reached = INCIDENT_STATUSES.indexOf(incident.status);
  const go = (status: IncidentStatus) => {
    if (status === incident.status) return;
    if (status === "closed") setClosing(true);
    else change.mutate({ status });
  };
  return (
    <>
      <ol className={classes.steps} aria-label={t("status.label")}>
        {INCIDENT_STATUSES.map((status, i) => {
          const isNow = status === incident.status;
          return (
            <li key={status} className={classes.stepItem} data-reached={i <= reached || undefined}>
              {mayWrite ? (
                <button
                  type="button"
                  className={classes.stepButton}
                  aria-current={isNow ? "step" : undefined}
                  disabled={change.isPending}
                  onClick={() => go(status)}
                >
                  {t(isNow ? statusKey(incident) : `status.${status}`)}
                </button>
              ) : (
                <span className={classes.stepButton} aria-current={isNow ? "step" : undefined}>
                  {t(isNow ? statusKey(incident) : `status.${status}`)}
                </span>
              )}
            </li>
          );
        })}
      </ol>
      {isClosing ? (
        <CloseIncident
          incident={incident}
          onCancel={() => setClosing(false)}
          onClose={(closing) => {
            setClosing(false);
            change.mutate(closing);
          }}
        />
      ) : null}
    </>
  );
}

export function EditButton({ incident }: IncidentProps) {
  const { t } = useTranslation("incident");
  // As it was when the form was opened: the page goes on changing under it, and what others saved meanwhile must not be lost.
  const [edited, setEdited] = useState<IncidentDetail>();
  // Who was told of a conflict and saves again means it.
  const [isWarned, setWarned] = useState(false);
  const change = useChangeIncident(isWarned || !edited ? incident : edited);
  const open = (): void => {
    setWarned(false);
    setEdited(incident);
  };
  return (
    <>
      <Button variant="default" size="xs" leftSection={<PencilIcon size={14} />} onClick={open}>
        {t("page.edit")}
      </Button>
      {edited ? (
        <Dialog title={t("form.editTitle")} onClose={() => setEdited(undefined)} size={640}>
          <IncidentForm
            initial={{ ...edited, title: incidentTitle(edited) }}
            submit={t("form.save")}
            asksUnit
            error={change.error}
            isPending={change.isPending}
            onSubmit={({ title, severity, unitId, summary }) =>
              change.mutate(
                // Left as it was shown, it keeps its name in both languages.
                { ...(title !== incidentTitle(edited) && { title }), severity, unitId, summary },
                { onSuccess: () => setEdited(undefined), onError: () => setWarned(true) },
              )
            }
            onCancel={() => setEdited(undefined)}
          />
        </Dialog>
      ) : null}
    </>
  );
}
