import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Policy, policiesQuery, removePolicy } from "../../../api/on-call.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { confirm } from "../../../ui/confirm.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import classes from "../notify.module.css";
import { GoneTargets } from "../targets/gone-targets.tsx";
import { useTargetName } from "../targets/use-target-name.ts";

/** Whom a call goes to, step by step. */
export function PolicyCard({ policy, onEdit }: { readonly policy: Policy; readonly onEdit: () => void }) {
  const { t } = useTranslation("notify");
  const { units, nameOf } = useUnit();
  const targetName = useTargetName();
  const queryClient = useQueryClient();
  const { id, unitId, content } = policy;
  const remove = useMutation({
    mutationFn: () => removePolicy(id),
    onSuccess: (answer) => queryClient.setQueryData(policiesQuery.queryKey, answer),
  });
  const ask = async () => {
    const answer = await confirm({
      title: t("policy.removeTitle", { name: content.name }),
      body: t("policy.removeBody"),
      action: t("remove"),
    });
    if (answer !== undefined) remove.mutate();
  };
  const mayWrite = units.find((unit) => unit.id === unitId)?.permissions.includes("notify:write") === true;
  return (
    <article className={classes.card} aria-label={content.name}>
      <div className={classes.cardHead}>
        <div>
          <h3 className={classes.cardTitle}>{content.name}</h3>
          <span className={classes.minor}>
            {nameOf(unitId)} · {t("policy.rounds", { count: content.repeats + 1 })}
          </span>
        </div>
        {mayWrite ? (
          <div className={classes.row}>
            <Button size="xs" variant="default" onClick={onEdit}>
              {t("edit")}
            </Button>
            <Button size="xs" variant="subtle" color="shu" loading={remove.isPending} onClick={() => void ask()}>
              {t("remove")}
            </Button>
          </div>
        ) : null}
      </div>
      <ol className={classes.steps}>
        {content.steps.map((step, at) => (
          <li key={JSON.stringify([at, step])}>
            {t("policy.step", {
              who: step.targets.map(targetName).join(" · "),
              count: step.afterMinutes,
            })}{" "}
            <GoneTargets targets={step.targets} gone={policy.gone} />
          </li>
        ))}
      </ol>
      {remove.error ? <ProblemNote error={remove.error} /> : null}
    </article>
  );
}
