import { Switch } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type RuleRow, switchRule } from "../../../api/rules.ts";
import { meQuery } from "../../../api/session.ts";
import { confirm } from "../../../ui/confirm.tsx";
import page from "../../../ui/list-page.module.css";
import { toastDone } from "../../../ui/toast.tsx";
import { useToastProblem } from "../../../ui/use-toast-problem.ts";
import { TrialNote } from "./trial.tsx";

/** What a person wrote, or what the time budget measured, in the reader's language. */
export function SwitchReason({ reason }: { readonly reason: string }) {
  const { t } = useTranslation("rules");
  const [, cost, budget] = /^over-budget:(\d+):(\d+)$/.exec(reason) ?? [];
  return cost === undefined ? reason : t("overBudget.reason", { cost, budget });
}

/** Switching a rule asks for a reason, because others will wonder. */
export function RuleSwitch({ rule }: { readonly rule: RuleRow }) {
  const { t, i18n } = useTranslation("rules");
  const title = (i18n.language === "ja" && rule.titleJa) || rule.title;
  const { data: me } = useQuery(meQuery);
  const queryClient = useQueryClient();
  const toastProblem = useToastProblem();
  const change = useMutation({
    mutationFn: ({ isEnabled, reason }: { isEnabled: boolean; reason: string }) =>
      switchRule(rule.id, { isEnabled, reason }),
    onSuccess: async (_, { isEnabled }) => {
      await queryClient.invalidateQueries({ queryKey: ["rules"] });
      toastDone(t(isEnabled ? "switch.on" : "switch.off", { title }));
    },
    onError: toastProblem,
  });
  const ask = async () => {
    const isEnabled = !rule.isEnabled;
    const reason = await confirm({
      title: t(isEnabled ? "switch.askOn" : "switch.askOff"),
      body: title,
      action: t(isEnabled ? "switch.turnOn" : "switch.turnOff"),
      reasonLabel: t("switch.reason"),
      isDestructive: !isEnabled,
    });
    if (reason !== undefined) change.mutate({ isEnabled, reason });
  };
  return (
    <>
      <Switch
        size="sm"
        aria-label={t("switch.label", { title })}
        checked={change.isPending ? change.variables.isEnabled : rule.isEnabled}
        disabled={!me?.permissions.includes("rule:write")}
        onChange={() => void ask()}
      />
      {rule.trial ? <TrialNote trial={rule.trial} /> : null}
      {rule.override && !rule.isEnabled ? (
        <span className={page.minor}>
          <SwitchReason reason={rule.override.reason} />
        </span>
      ) : null}
    </>
  );
}
