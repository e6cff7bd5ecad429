import { ActionIcon, Button, NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { eventQuery } from "../../../api/search.ts";
import { PlusIcon, TrashIcon } from "../../../ui/icons.ts";
import type { ExceptionDraft } from "./draft.ts";
import classes from "./exceptions.module.css";

type Fields = ExceptionDraft["fields"];
type Sample = { readonly eventId: string; readonly time: string };
type FieldsProps = {
  readonly fields: Fields;
  readonly onChange: (fields: Fields) => void;
  readonly sample: Sample | undefined;
};

/** Longer values are rarely what two events have in common. */
const MAX_OFFERED = 300;

/** Fields that must all be equal; the alert's own event offers its values. */
export function MatchFields({ fields, onChange, sample }: FieldsProps) {
  const { t } = useTranslation("exceptions");
  const add = (name: string, value: string) =>
    onChange([...fields, { key: 1 + Math.max(-1, ...fields.map(({ key }) => key)), name, value }]);
  const set = (key: number, parts: Partial<Fields[number]>) =>
    onChange(fields.map((field) => (field.key === key ? { ...field, ...parts } : field)));
  return (
    <fieldset className={classes.fields}>
      <legend className={classes.label}>{t("dialog.match")}</legend>
      {fields.map(({ key, name, value }) => (
        <div key={key} className={classes.field}>
          <TextInput
            aria-label={t("dialog.name")}
            placeholder={t("dialog.name")}
            value={name}
            onChange={(event) => set(key, { name: event.currentTarget.value })}
          />
          <span aria-hidden="true">=</span>
          <TextInput
            aria-label={t("dialog.value")}
            placeholder={t("dialog.value")}
            value={value}
            onChange={(event) => set(key, { value: event.currentTarget.value })}
          />
          <ActionIcon
            aria-label={t("dialog.remove", { name })}
            onClick={() => onChange(fields.filter((field) => field.key !== key))}
          >
            <TrashIcon size={16} />
          </ActionIcon>
        </div>
      ))}
      <div className={classes.add}>
        <Button size="xs" variant="default" leftSection={<PlusIcon size={14} />} onClick={() => add("", "")}>
          {t("dialog.addField")}
        </Button>
        {sample ? <FromEvent sample={sample} onAdd={add} /> : null}
      </div>
    </fieldset>
  );
}

type FromEventProps = { readonly sample: Sample; readonly onAdd: (name: string, value: string) => void };

function FromEvent({ sample, onAdd }: FromEventProps) {
  const { t } = useTranslation("exceptions");
  const { data: event } = useQuery(eventQuery(sample.eventId, sample.time));
  if (!event) return null;
  const offered = Object.entries({ ...event.values, ...event.fields })
    .map(([name, value]): readonly [string, string] => [name, String(value)])
    .filter(([, value]) => value !== "" && value.length <= MAX_OFFERED);
  return (
    <NativeSelect
      size="xs"
      aria-label={t("dialog.fromEvent")}
      value=""
      onChange={({ currentTarget }) => {
        const chosen = offered.find(([name]) => name === currentTarget.value);
        if (chosen) onAdd(...chosen);
      }}
      data={[
        { value: "", label: t("dialog.fromEvent") },
        ...offered.map(([name, value]) => ({ value: name, label: `${name} = ${value.slice(0, 60)}` })),
      ]}
    />
  );
}
