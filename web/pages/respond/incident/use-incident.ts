import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import {
  changeIncident,
  type IncidentChange,
  type IncidentDetail,
  incidentQuery,
  keyOf,
} from "../../../api/incidents.ts";
import { meQuery } from "../../../api/session.ts";
import { toastDone } from "../../../ui/toast.tsx";
import { useToastProblem } from "../../../ui/use-toast-problem.ts";

/** Puts the server's answer on the page and lets lists, counts and chips ask again. */
export function useTakeIncident(): (incident: IncidentDetail) => void {
  const queryClient = useQueryClient();
  return (incident) => {
    void queryClient.invalidateQueries({ queryKey: ["incidents"] });
    void queryClient.invalidateQueries({ queryKey: ["funnel"] });
    for (const ref of [incident.id, keyOf(incident)]) queryClient.setQueryData(incidentQuery(ref).queryKey, incident);
  };
}

/** Changes fields of an incident; the version that the page shows must still be the server's. */
export function useChangeIncident(incident: IncidentDetail) {
  const { t } = useTranslation("incident");
  const queryClient = useQueryClient();
  const toastProblem = useToastProblem();
  const take = useTakeIncident();
  return useMutation({
    mutationFn: (change: IncidentChange) => changeIncident(incident.id, incident.version, change),
    onSuccess: (changed) => {
      const { closedAlerts, leftAlerts, ...detail } = changed;
      take(detail);
      void queryClient.invalidateQueries({ queryKey: ["alerts"] });
      const left = leftAlerts > 0 ? t("toast.left", { count: leftAlerts }) : "";
      toastDone(closedAlerts > 0 ? `${t("toast.closed", { count: closedAlerts })} ${left}`.trim() : t("toast.saved"));
    },
    onError: (error) => {
      toastProblem(error);
      void queryClient.invalidateQueries({ queryKey: ["incidents", "detail"] });
    },
  });
}

export function useMayWrite(unitId: string): boolean {
  const { data: me } = useQuery(meQuery);
  return me?.units.find(({ id }) => id === unitId)?.permissions.includes("incident:write") === true;
}
