import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import type { IncidentDetail } from "../../../api/incidents.ts";
import { STEPS, type Step, stripQuery } from "../../../api/story.ts";

/** The step that the address asks for, and the incident with the alerts of that step alone. */
export function useAlertsOfStep(incident: IncidentDetail): { readonly step?: Step; readonly shown: IncidentDetail } {
  const { step: asked } = useSearch({ strict: false });
  const step = STEPS.find((one) => one === asked);
  const { data: steps } = useQuery({ ...stripQuery(incident.id), enabled: step !== undefined });
  if (!step || !steps) return { shown: incident };
  const ids = new Set(steps.find((one) => one.step === step)?.alertIds);
  return { step, shown: { ...incident, alerts: incident.alerts.filter(({ id }) => ids.has(id)) } };
}
