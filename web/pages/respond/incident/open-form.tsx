import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type AlertRow, LEVELS } from "../../../api/alerts.ts";
import { keyOf, openIncident } from "../../../api/incidents.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { toastDone } from "../../../ui/toast.tsx";
import { commonUnit } from "./common-unit.ts";
import { type FormValues, IncidentForm } from "./incident-form.tsx";
import { useTakeIncident } from "./use-incident.ts";

export type AlertsFormProps = {
  readonly alerts: readonly AlertRow[];
  readonly onDone: () => void;
  readonly onCancel: () => void;
};

/** A new incident from these alerts; leads to its page. */
export function OpenForm({ alerts, onDone, onCancel }: AlertsFormProps) {
  const { t } = useTranslation("incident");
  const { units } = useUnit();
  const navigate = useNavigate();
  const take = useTakeIncident();
  const open = useMutation({
    mutationFn: (values: FormValues) => openIncident({ ...values, alertIds: alerts.map(({ id }) => id) }),
    onSuccess: async (incident) => {
      take(incident);
      onDone();
      toastDone(t("toast.opened", { key: keyOf(incident) }));
      await navigate({ to: "/incidents/$id", params: { id: keyOf(incident) } });
    },
  });
  const worst = LEVELS.flatMap((level) => alerts.find(({ severity }) => severity === level) ?? [])[0] ?? alerts[0];
  const unitIds = [...new Set(alerts.map(({ unitId }) => unitId))];
  const title = worst ? `${worst.rule.title} – ${worst.entity.value}` : "";
  const whole = alerts.length > 1 ? t("form.titleOfMany", { title, count: alerts.length - 1 }) : title;
  return (
    <IncidentForm
      initial={{
        title: whole.slice(0, 200),
        severity: worst?.severity ?? "medium",
        unitId: commonUnit(unitIds, units),
        summary: "",
      }}
      submit={t("form.open")}
      asksUnit={unitIds.length > 1}
      unitHint={t("form.unitHint")}
      error={open.error}
      isPending={open.isPending}
      onSubmit={(values) => open.mutate(values)}
      onCancel={onCancel}
    />
  );
}
