import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { notifyRulesQuery, type Rule, removeNotifyRule, saveNotifyRule } from "../../../api/notify.ts";
import { meQuery } from "../../../api/session.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { Severity } from "../../../parts/severity.tsx";
import { confirm } from "../../../ui/confirm.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { PlusIcon } from "../../../ui/icons.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import classes from "../notify.module.css";
import { NotifyFrame } from "../notify-frame.tsx";
import { GoneTargets } from "../targets/gone-targets.tsx";
import { useTargetName } from "../targets/use-target-name.ts";
import { RuleDialog } from "./rule-dialog.tsx";

/** Who is told of what, by unit. A rule holds for its unit and all below it. */
export function NotifyRulesPage() {
  const { t } = useTranslation("notify");
  const { data, error, refetch } = useQuery(notifyRulesQuery);
  const { data: me } = useQuery(meQuery);
  const [editing, setEditing] = useState<Rule | "new">();
  return (
    <NotifyFrame
      tab="rules"
      actions={
        me?.permissions.includes("notify:write") ? (
          <Button leftSection={<PlusIcon size={16} />} onClick={() => setEditing("new")}>
            {t("rule.add")}
          </Button>
        ) : null
      }
    >
      {error && !data ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={6} /> : null}
      {data && data.items.length === 0 ? <Empty title={t("rule.empty")}>{t("rule.emptyHint")}</Empty> : null}
      <ul className={classes.cards}>
        {data?.items.map((rule) => (
          <li key={rule.id}>
            <RuleCard rule={rule} onEdit={() => setEditing(rule)} />
          </li>
        ))}
      </ul>
      <p className={classes.hint}>{t("rule.personal")}</p>
      {editing !== undefined ? (
        <RuleDialog
          key={editing === "new" ? "new" : editing.id}
          rule={editing === "new" ? undefined : editing}
          onClose={() => setEditing(undefined)}
        />
      ) : null}
    </NotifyFrame>
  );
}

function RuleCard({ rule, onEdit }: { readonly rule: Rule; readonly onEdit: () => void }) {
  const { t } = useTranslation("notify");
  const { units, nameOf } = useUnit();
  const targetName = useTargetName();
  const queryClient = useQueryClient();
  const { id, unitId, content, isEnabled, version } = rule;
  const act = useMutation({
    mutationFn: (what: "switch" | "remove") =>
      what === "remove" ? removeNotifyRule(id) : saveNotifyRule(id, { version, isEnabled: !isEnabled, content }),
    onSuccess: (answer) => queryClient.setQueryData(notifyRulesQuery.queryKey, answer),
  });
  const ask = async () => {
    const answer = await confirm({
      title: t("rule.removeTitle", { name: content.name }),
      body: t("rule.removeBody"),
      action: t("remove"),
    });
    if (answer !== undefined) act.mutate("remove");
  };
  const mayWrite = units.find((unit) => unit.id === unitId)?.permissions.includes("notify:write") === true;
  return (
    <article className={classes.card} aria-label={content.name}>
      <div className={classes.cardHead}>
        <div>
          <h2 className={classes.cardTitle}>{content.name}</h2>
          <span className={classes.minor}>
            {nameOf(unitId)} · {t(`timing.${content.timing}`)}
            {isEnabled ? "" : ` · ${t("off")}`}
          </span>
        </div>
        {mayWrite ? (
          <div className={classes.row}>
            <Button size="xs" variant="default" onClick={onEdit}>
              {t("edit")}
            </Button>
            <Button size="xs" variant="default" loading={act.isPending} onClick={() => act.mutate("switch")}>
              {isEnabled ? t("switchOff") : t("switchOn")}
            </Button>
            <Button size="xs" variant="subtle" color="shu" loading={act.isPending} onClick={() => void ask()}>
              {t("remove")}
            </Button>
          </div>
        ) : null}
      </div>
      <div className={classes.row}>
        <Severity level={content.from} />
        <span>{t("rule.andAbove")}</span>
        <span>{content.kinds.map((kind) => t(`kind.${kind}`)).join(" · ")}</span>
        <span aria-hidden>→</span>
        <strong>{content.targets.map(targetName).join(" · ")}</strong>
        <GoneTargets targets={content.targets} gone={rule.gone} />
      </div>
      {act.error ? <ProblemNote error={act.error} /> : null}
    </article>
  );
}
