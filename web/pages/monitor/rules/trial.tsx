import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type RuleRow, switchRule } from "../../../api/rules.ts";
import { meQuery } from "../../../api/session.ts";
import { useRuleTitle } from "../../../parts/use-rule-title.ts";
import { formatInstant } from "../../../ui/clock.ts";
import { confirm } from "../../../ui/confirm.tsx";
import page from "../../../ui/list-page.module.css";
import { toastDone } from "../../../ui/toast.tsx";
import { useClock } from "../../../ui/use-clock.tsx";
import { useToastProblem } from "../../../ui/use-toast-problem.ts";

export const TRIAL_DAYS = 14;
export const trialEnd = (): string => new Date(Date.now() + TRIAL_DAYS * 86_400_000).toISOString();

/** That the rule detects and raises no alerts, and until when. */
export function TrialNote({ trial }: { readonly trial: NonNullable<RuleRow["trial"]> }) {
  const { t } = useTranslation("rules");
  const { zone } = useClock();
  const date = trial.until === null ? "" : formatInstant(trial.until, zone);
  return <span className={page.minor}>{date ? t("trial.until", { date }) : t("trial.on")}</span>;
}

/** Between off and on: puts a running rule on trial, or lets one on trial raise alerts. */
export function TrialButton({ rule }: { readonly rule: Pick<RuleRow, "id" | "title" | "isEnabled" | "trial"> }) {
  const { t } = useTranslation("rules");
  const { data: me } = useQuery(meQuery);
  const queryClient = useQueryClient();
  const toastProblem = useToastProblem();
  const title = useRuleTitle()(rule);
  const change = useMutation({
    mutationFn: (reason: string) =>
      switchRule(rule.id, { isEnabled: true, reason, ...(!rule.trial && { trialUntil: trialEnd() }) }),
    onSuccess: async ({ trial }) => {
      await queryClient.invalidateQueries({ queryKey: ["rules"] });
      toastDone(t(trial ? "trial.started" : "switch.on", { title }));
    },
    onError: toastProblem,
  });
  if (!rule.isEnabled || !me?.permissions.includes("rule:write")) return null;
  const ask = async () => {
    const reason = await confirm({
      title: t(rule.trial ? "trial.endTitle" : "trial.askTitle"),
      body: rule.trial ? title : t("trial.askBody", { title, days: TRIAL_DAYS }),
      action: t(rule.trial ? "trial.end" : "trial.put"),
      reasonLabel: t("switch.reason"),
    });
    if (reason !== undefined) change.mutate(reason);
  };
  return (
    <Button size="compact-xs" variant="subtle" loading={change.isPending} onClick={() => void ask()}>
      {t(rule.trial ? "trial.end" : "trial.put")}
    </Button>
  );
}
