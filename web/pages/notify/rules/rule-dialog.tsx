import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  addNotifyRule,
  LEVELS,
  notifyRulesQuery,
  RULE_KINDS,
  type Rule,
  type RuleContent,
  saveNotifyRule,
} from "../../../api/notify.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import classes from "../notify.module.css";
import { TargetsField } from "../targets/targets-field.tsx";

type DialogProps = { readonly rule: Rule | undefined; readonly onClose: () => void };

const FRESH: RuleContent = { name: "", kinds: ["incident-opened"], from: "high", targets: [], timing: "now" };

export function RuleDialog({ rule, onClose }: DialogProps) {
  const { t } = useTranslation(["notify", "monitor"]);
  const { units, nameOf } = useUnit();
  const queryClient = useQueryClient();
  const writable = units.filter(({ permissions }) => permissions.includes("notify:write"));
  const [unitId, setUnit] = useState(rule?.unitId ?? writable[0]?.id ?? "");
  const [draft, setDraft] = useState(rule?.content ?? FRESH);
  const change = (part: Partial<RuleContent>) => setDraft((now) => ({ ...now, ...part }));
  const save = useMutation({
    mutationFn: () =>
      rule === undefined
        ? addNotifyRule({ unitId, content: draft })
        : saveNotifyRule(rule.id, { version: rule.version, isEnabled: rule.isEnabled, content: draft }),
    onSuccess: (answer) => {
      queryClient.setQueryData(notifyRulesQuery.queryKey, answer);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog
      title={rule ? t("notify:rule.edit", { name: rule.content.name }) : t("notify:rule.add")}
      onClose={onClose}
      size={680}
    >
      <form onSubmit={submit} className={classes.form}>
        {save.error ? <ProblemNote error={save.error} /> : null}
        <TextInput
          label={t("notify:name")}
          value={draft.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
          required
          withAsterisk={false}
          maxLength={120}
          data-autofocus
        />
        {rule ? null : (
          <NativeSelect
            label={t("notify:unit")}
            description={t("notify:rule.unitHint")}
            value={unitId}
            onChange={(event) => setUnit(event.currentTarget.value)}
            data={writable.map(({ id }) => ({ value: id, label: nameOf(id) }))}
          />
        )}
        <fieldset className={classes.fieldset}>
          <legend>{t("notify:rule.kinds")}</legend>
          {RULE_KINDS.map((kind) => (
            <Checkbox
              key={kind}
              label={t(`notify:kind.${kind}`)}
              checked={draft.kinds.includes(kind)}
              onChange={(event) =>
                change({
                  kinds: event.currentTarget.checked
                    ? [...draft.kinds, kind]
                    : draft.kinds.filter((one) => one !== kind),
                })
              }
            />
          ))}
        </fieldset>
        <div className={classes.pair}>
          <NativeSelect
            label={t("notify:rule.from")}
            value={draft.from}
            onChange={({ currentTarget }) =>
              change({ from: LEVELS.find((level) => level === currentTarget.value) ?? "high" })
            }
            data={LEVELS.map((value) => ({ value, label: t(`monitor:severity.${value}`) }))}
          />
          <NativeSelect
            label={t("notify:rule.timing")}
            value={draft.timing}
            onChange={({ currentTarget }) => change({ timing: currentTarget.value === "digest" ? "digest" : "now" })}
            data={(["now", "digest"] as const).map((value) => ({ value, label: t(`notify:timing.${value}`) }))}
          />
        </div>
        <TargetsField
          legend={t("notify:rule.targets")}
          targets={draft.targets}
          onChange={(targets) => change({ targets })}
        />
        <Button
          type="submit"
          loading={save.isPending}
          disabled={draft.kinds.length === 0 || draft.targets.length === 0 || draft.name.trim() === ""}
        >
          {t("notify:save")}
        </Button>
      </form>
    </Dialog>
  );
}
