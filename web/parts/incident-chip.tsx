import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { incidentOfAlertQuery, keyOf } from "../api/incidents.ts";
import { meQuery } from "../api/session.ts";
import { UrgentIcon } from "../ui/icons.ts";
import classes from "./incident-chip.module.css";
import { incidentTitle } from "./incident-title.ts";

/** The incident that an alert belongs to, undefined while unknown, null when it is in none. */
export function useIncidentOf(alertId: string) {
  const { data: me } = useQuery(meQuery);
  const canRead = me?.permissions.includes("incident:read") === true;
  return useQuery({ ...incidentOfAlertQuery(alertId), enabled: canRead }).data;
}

/** `INC-12` beside an alert, a way to its incident; nothing when it is in none. */
export function IncidentChip({ alertId }: { readonly alertId: string }) {
  const { t } = useTranslation("incident");
  const incident = useIncidentOf(alertId);
  if (!incident) return null;
  return (
    <Link
      to="/incidents/$id"
      params={{ id: keyOf(incident) }}
      className={classes.chip}
      title={`${incidentTitle(incident)} · ${t(`status.${incident.status}`)}`}
      data-status={incident.status}
    >
      <UrgentIcon size={13} aria-hidden />
      {keyOf(incident)}
    </Link>
  );
}
