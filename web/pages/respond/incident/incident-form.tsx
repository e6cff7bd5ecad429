import { Button, Group, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { LEVELS, type Level } from "../../../api/alerts.ts";
import { meQuery } from "../../../api/session.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { isLevel } from "../../../parts/severity.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";

export type FormValues = {
  readonly title: string;
  readonly severity: Level;
  readonly unitId: string;
  readonly summary: string;
};
type FormProps = {
  readonly initial: FormValues;
  readonly submit: string;
  /** Ask which unit answers; otherwise it stays as it is. */
  readonly unitHint?: string | undefined;
  readonly asksUnit: boolean;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly onSubmit: (values: FormValues) => void;
  readonly onCancel: () => void;
};

/** What a person says of an incident: opening and editing ask for the same. */
export function IncidentForm(props: FormProps) {
  const { initial, submit, unitHint, asksUnit, error, isPending, onSubmit, onCancel } = props;
  const { t } = useTranslation(["incident", "monitor", "shell"]);
  const { nameOf } = useUnit();
  const { data: me } = useQuery(meQuery);
  const [values, setValues] = useState(initial);
  const set = (change: Partial<FormValues>) => setValues((now) => ({ ...now, ...change }));
  const units = me?.units.filter(({ permissions }) => permissions.includes("incident:write")) ?? [];
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (values.title.trim() !== "") onSubmit({ ...values, title: values.title.trim(), summary: values.summary.trim() });
  };
  return (
    <form onSubmit={send} style={{ display: "grid", gap: 16 }}>
      {error ? <ProblemNote error={error} /> : null}
      <TextInput
        label={t("incident:form.title")}
        maxLength={200}
        value={values.title}
        onChange={(event) => set({ title: event.currentTarget.value })}
        required
        withAsterisk={false}
        data-autofocus
      />
      <NativeSelect
        label={t("incident:form.severity")}
        value={values.severity}
        onChange={({ currentTarget: { value } }) => (isLevel(value) ? set({ severity: value }) : undefined)}
        data={LEVELS.map((level) => ({ value: level, label: t(`monitor:severity.${level}`) }))}
      />
      {asksUnit ? (
        <NativeSelect
          label={t("incident:form.unit")}
          {...(unitHint === undefined ? {} : { description: unitHint })}
          value={values.unitId}
          onChange={(event) => set({ unitId: event.currentTarget.value })}
          data={units.map(({ id }) => ({ value: id, label: nameOf(id) }))}
        />
      ) : null}
      <Textarea
        label={t("incident:form.summary")}
        description={t("incident:form.summaryHint")}
        autosize
        minRows={3}
        maxRows={14}
        maxLength={20_000}
        value={values.summary}
        onChange={(event) => set({ summary: event.currentTarget.value })}
      />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onCancel}>
          {t("shell:action.cancel")}
        </Button>
        <Button type="submit" loading={isPending} disabled={values.title.trim() === ""}>
          {submit}
        </Button>
      </Group>
    </form>
  );
}
