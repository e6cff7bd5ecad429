import { Button, Checkbox, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "../../../api/client.ts";
import {
  addDutyEntry,
  CALENDARS,
  CATEGORIES,
  type EntryContent,
  FACTS,
  type Fact,
  type RegisterEntry,
  saveDutyEntry,
} from "../../../api/duties.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import { DaysField } from "./days-field.tsx";
import classes from "./duties.module.css";
import { type ChangeContent, StageFields } from "./stage-fields.tsx";
import { Collision } from "./theirs.tsx";

type Props = {
  readonly initial: EntryContent;
  readonly entry: RegisterEntry | undefined;
  readonly onClose: () => void;
};
type PartProps = { readonly content: EntryContent; readonly change: ChangeContent };

/** One recipient of the register: a new one, or the next version of one. */
export function EntryDialog({ initial, entry, onClose }: Props) {
  const { t } = useTranslation("duties");
  const queryClient = useQueryClient();
  const { unit, units, nameOf } = useUnit();
  const writable = units.filter(({ permissions }) => permissions.includes("incident:write"));
  const [unitId, setUnitId] = useState(entry?.unitId ?? (unit || (writable[0]?.id ?? "")));
  const [content, setContent] = useState(initial);
  const [retiredReason, setRetiredReason] = useState("");
  const change: ChangeContent = (part) => setContent((now) => ({ ...now, ...part }));
  const save = useMutation({
    mutationFn: (version: number) =>
      entry ? saveDutyEntry(entry.id, { version, content, retiredReason }) : addDutyEntry(unitId, content),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["duties"] });
      toastDone(t("saved"));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(seenVersion(save.error) ?? entry?.version ?? 0);
  };
  return (
    <Dialog title={entry ? t("register.editTitle") : t("register.addTitle")} onClose={onClose} size={780}>
      <form onSubmit={submit} className={classes.form}>
        {entry && entry.retiredReason !== "" ? <p className={classes.note}>{t("register.reviveHint")}</p> : null}
        <Collision error={save.error} />
        {entry ? null : (
          <NativeSelect
            label={t("field.unit")}
            description={t("field.unitHint")}
            value={unitId}
            onChange={(event) => setUnitId(event.currentTarget.value)}
            data={writable.map(({ id }) => ({ value: id, label: nameOf(id) }))}
          />
        )}
        <Naming content={content} change={change} />
        <Calendar content={content} change={change} />
        <Conditions content={content} change={change} />
        <StageFields content={content} change={change} />
        <Words content={content} change={change} />
        {entry ? (
          <TextInput
            label={t("register.retireReason")}
            description={t("register.retireHint")}
            maxLength={500}
            value={retiredReason}
            onChange={(event) => setRetiredReason(event.currentTarget.value)}
          />
        ) : null}
        <Button type="submit" loading={save.isPending}>
          {t("register.save")}
        </Button>
      </form>
    </Dialog>
  );
}

/** After a collision a person has seen the other's version, and saves on top of it. */
function seenVersion(error: unknown): number | undefined {
  const version = isProblem(error, "conflict") ? error.facts.version : undefined;
  return typeof version === "number" ? version : undefined;
}

function Naming({ content, change }: PartProps) {
  const { t } = useTranslation("duties");
  return (
    <>
      <div className={classes.pair}>
        <TextInput
          label={t("field.nameJa")}
          maxLength={160}
          value={content.name.ja}
          onChange={(event) => change({ name: { ...content.name, ja: event.currentTarget.value } })}
          data-autofocus
        />
        <TextInput
          label={t("field.nameEn")}
          maxLength={160}
          value={content.name.en}
          onChange={(event) => change({ name: { ...content.name, en: event.currentTarget.value } })}
        />
      </div>
      <div className={classes.pair}>
        <NativeSelect
          label={t("field.category")}
          value={content.category}
          onChange={(event) => {
            const category = CATEGORIES.find((one) => one === event.currentTarget.value);
            if (category) change({ category });
          }}
          data={CATEGORIES.map((value) => ({ value, label: t(`category.${value}`) }))}
        />
        <TextInput
          label={t("field.basis")}
          maxLength={300}
          value={content.basis}
          onChange={(event) => change({ basis: event.currentTarget.value })}
        />
      </div>
    </>
  );
}

function Calendar({ content, change }: PartProps) {
  const { t } = useTranslation("duties");
  return (
    <>
      <div className={classes.pair}>
        <TextInput
          label={t("field.zone")}
          maxLength={64}
          value={content.zone}
          onChange={(event) => change({ zone: event.currentTarget.value })}
        />
        <NativeSelect
          label={t("field.calendar")}
          value={content.calendar}
          onChange={(event) => {
            const calendar = CALENDARS.find((one) => one === event.currentTarget.value);
            if (calendar) change({ calendar });
          }}
          data={CALENDARS.map((value) => ({ value, label: t(`calendar.${value}`) }))}
        />
      </div>
      <DaysField label={t("field.holidays")} days={content.holidays} onChange={(holidays) => change({ holidays })} />
      <Checkbox
        label={t("field.usesUnitDaysOff")}
        checked={content.usesUnitDaysOff}
        onChange={(event) => change({ usesUnitDaysOff: event.currentTarget.checked })}
      />
      <Checkbox
        label={t("field.isDateKnown")}
        description={t("field.isDateKnownHint")}
        checked={content.isDateKnown}
        onChange={(event) => change({ isDateKnown: event.currentTarget.checked, inForceFrom: null })}
      />
      {content.isDateKnown ? (
        <TextInput
          type="date"
          label={t("field.inForceFrom")}
          description={t("field.inForceFromHint")}
          min="2016-01-01"
          max="2099-12-31"
          value={content.inForceFrom ?? ""}
          onChange={(event) => change({ inForceFrom: event.currentTarget.value || null })}
        />
      ) : null}
    </>
  );
}

const GROUPS = ["all", "any", "unless"] as const;

function Conditions({ content, change }: PartProps) {
  const { t } = useTranslation("duties");
  const { question } = content;
  return (
    <>
      {GROUPS.map((group) => (
        <details key={group}>
          <summary>
            {t(`field.${group}`)}: {content[group].map((fact) => t(`fact.${fact}`)).join(", ") || "–"}
          </summary>
          <FactChoice
            label={t(`field.${group}`)}
            chosen={content[group]}
            onChange={(facts) => change({ [group]: facts })}
          />
        </details>
      ))}
      <Checkbox
        label={t("field.question")}
        checked={question !== null}
        onChange={(event) => change({ question: event.currentTarget.checked ? { ja: "", en: "" } : null })}
      />
      {question ? (
        <div className={classes.pair}>
          <TextInput
            label={t("field.questionJa")}
            maxLength={300}
            value={question.ja}
            onChange={(event) => change({ question: { ...question, ja: event.currentTarget.value } })}
          />
          <TextInput
            label={t("field.questionEn")}
            maxLength={300}
            value={question.en}
            onChange={(event) => change({ question: { ...question, en: event.currentTarget.value } })}
          />
        </div>
      ) : null}
    </>
  );
}

type ChoiceProps = {
  readonly label: string;
  readonly chosen: readonly Fact[];
  readonly onChange: (facts: Fact[]) => void;
};

function FactChoice({ label, chosen, onChange }: ChoiceProps) {
  const { t } = useTranslation("duties");
  return (
    <fieldset className={classes.fieldset} aria-label={label}>
      {FACTS.map((fact) => (
        <Checkbox
          key={fact}
          size="xs"
          label={t(`fact.${fact}`)}
          checked={chosen.includes(fact)}
          onChange={(event) =>
            onChange(event.currentTarget.checked ? [...chosen, fact] : chosen.filter((one) => one !== fact))
          }
        />
      ))}
    </fieldset>
  );
}

function Words({ content, change }: PartProps) {
  const { t } = useTranslation("duties");
  return (
    <>
      <Textarea
        label={t("field.contact")}
        description={t("field.contactHint")}
        autosize
        minRows={2}
        maxLength={2000}
        value={content.contact}
        onChange={(event) => change({ contact: event.currentTarget.value })}
      />
      <Textarea
        label={t("field.discloseJa")}
        autosize
        minRows={2}
        maxLength={4000}
        value={content.disclose.ja}
        onChange={(event) => change({ disclose: { ...content.disclose, ja: event.currentTarget.value } })}
      />
      <Textarea
        label={t("field.discloseEn")}
        autosize
        minRows={2}
        maxLength={4000}
        value={content.disclose.en}
        onChange={(event) => change({ disclose: { ...content.disclose, en: event.currentTarget.value } })}
      />
    </>
  );
}
