import { Button, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { addPolicy, type Policy, type PolicyContent, policiesQuery, savePolicy } from "../../../api/on-call.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import classes from "../notify.module.css";
import { TargetsField } from "../targets/targets-field.tsx";

const MAX_STEPS = 10;
type Keyed = PolicyContent["steps"][number] & { readonly key: number };

let lastKey = 0;
const keyed = (step: PolicyContent["steps"][number]): Keyed => {
  lastKey += 1;
  return { ...step, key: lastKey };
};

export function PolicyDialog({
  policy,
  onClose,
}: {
  readonly policy: Policy | undefined;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation("notify");
  const { units, nameOf } = useUnit();
  const queryClient = useQueryClient();
  const writable = units.filter(({ permissions }) => permissions.includes("notify:write"));
  const [unitId, setUnit] = useState(policy?.unitId ?? writable[0]?.id ?? "");
  const [name, setName] = useState(policy?.content.name ?? "");
  const [repeats, setRepeats] = useState<number>(policy?.content.repeats ?? 1);
  const [steps, setSteps] = useState<readonly Keyed[]>(() =>
    (policy?.content.steps ?? [{ targets: [], afterMinutes: 15 }]).map(keyed),
  );
  const content = { name, repeats, steps: steps.map(({ targets, afterMinutes }) => ({ targets, afterMinutes })) };
  const save = useMutation({
    mutationFn: () =>
      policy === undefined
        ? addPolicy({ unitId, content })
        : savePolicy(policy.id, { version: policy.version, content }),
    onSuccess: (answer) => {
      queryClient.setQueryData(policiesQuery.queryKey, answer);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const set = (key: number, part: Partial<Keyed>) =>
    setSteps((now) => now.map((step) => (step.key === key ? { ...step, ...part } : step)));
  return (
    <Dialog
      title={policy ? t("policy.edit", { name: policy.content.name }) : t("policy.add")}
      onClose={onClose}
      size={680}
    >
      <form onSubmit={submit} className={classes.form}>
        {save.error ? <ProblemNote error={save.error} /> : null}
        <div className={classes.pair}>
          <TextInput
            label={t("name")}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            required
            withAsterisk={false}
            maxLength={120}
            data-autofocus
          />
          {policy ? null : (
            <NativeSelect
              label={t("unit")}
              value={unitId}
              onChange={(event) => setUnit(event.currentTarget.value)}
              data={writable.map(({ id }) => ({ value: id, label: nameOf(id) }))}
            />
          )}
          <NumberInput
            label={t("policy.repeats")}
            value={repeats}
            onChange={(value) => setRepeats(Number(value) || 0)}
            min={0}
            max={20}
            allowDecimal={false}
          />
        </div>
        {steps.map((step, at) => (
          <fieldset key={step.key} className={classes.fieldset}>
            <legend>{t("policy.stepTitle", { n: at + 1 })}</legend>
            <TargetsField
              legend={t("policy.targets")}
              targets={step.targets}
              onChange={(targets) => set(step.key, { targets })}
              isStep
            />
            <NumberInput
              label={t("policy.afterMinutes")}
              value={step.afterMinutes}
              onChange={(value) => set(step.key, { afterMinutes: Number(value) || 1 })}
              min={1}
              max={1440}
              allowDecimal={false}
            />
            {steps.length > 1 ? (
              <div>
                <Button
                  size="compact-xs"
                  variant="default"
                  onClick={() => setSteps((now) => now.filter(({ key }) => key !== step.key))}
                >
                  {t("policy.removeStep", { n: at + 1 })}
                </Button>
              </div>
            ) : null}
          </fieldset>
        ))}
        {steps.length < MAX_STEPS ? (
          <div>
            <Button
              size="xs"
              variant="default"
              onClick={() => setSteps((now) => [...now, keyed({ targets: [], afterMinutes: 15 })])}
            >
              {t("policy.addStep")}
            </Button>
          </div>
        ) : null}
        <Button
          type="submit"
          loading={save.isPending}
          disabled={name.trim() === "" || steps.some(({ targets }) => targets.length === 0)}
        >
          {t("save")}
        </Button>
      </form>
    </Dialog>
  );
}
