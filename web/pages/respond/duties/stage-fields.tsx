import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { EntryContent, Period, Stage } from "../../../api/duties.ts";
import classes from "./duties.module.css";

export type ChangeContent = (part: Partial<EntryContent>) => void;

const UNITS = ["none", "hours", "days", "working-days", "months"] as const;
const REPORTS = ["appi", "gdpr", "nis2", "general"] as const;
const MAX_STAGES = 6;

/** The reports that one recipient gets, each with its own clock. */
export function StageFields({ content, change }: { readonly content: EntryContent; readonly change: ChangeContent }) {
  const { t } = useTranslation("duties");
  const { stages } = content;
  const set = (at: number, stage: Stage) => change({ stages: stages.map((one, i) => (i === at ? stage : one)) });
  const remove = ({ key }: Stage) =>
    change({
      stages: stages.filter((one) => one.key !== key).map((one) => (one.after === key ? { ...one, after: null } : one)),
    });
  return (
    <>
      {stages.map((stage, at) => (
        <fieldset key={stage.key} className={classes.fieldset}>
          <legend>{t("stage.title", { n: at + 1 })}</legend>
          <StageNames stage={stage} onChange={(next) => set(at, next)} before={stages.slice(0, at)} />
          <PeriodField
            label={t("stage.limit")}
            period={stage.limit}
            onChange={(limit) => set(at, { ...stage, limit })}
          />
          <PeriodField
            label={t("stage.target")}
            period={stage.target}
            onChange={(target) => set(at, { ...stage, target })}
          />
          {stage.variants.map((variant, i) => (
            <PeriodField
              key={variant.fact}
              label={t("stage.variant", { fact: t(`fact.${variant.fact}`) })}
              period={variant.limit}
              onChange={(limit) => {
                if (limit)
                  set(at, { ...stage, variants: stage.variants.map((one, n) => (n === i ? { ...one, limit } : one)) });
              }}
            />
          ))}
          {stages.length > 1 ? (
            <Button size="compact-xs" variant="default" onClick={() => remove(stage)}>
              {t("stage.remove")}
            </Button>
          ) : null}
        </fieldset>
      ))}
      {stages.length < MAX_STAGES ? (
        <Button size="compact-xs" variant="default" onClick={() => change({ stages: [...stages, newStage(stages)] })}>
          {t("stage.add")}
        </Button>
      ) : null}
    </>
  );
}

function newStage(stages: readonly Stage[]): Stage {
  let n = stages.length + 1;
  while (stages.some(({ key }) => key === `report-${n}`)) n += 1;
  return {
    key: `report-${n}`,
    name: { ja: "", en: "" },
    after: null,
    limit: null,
    target: null,
    variants: [],
    report: "general",
  };
}

type NamesProps = {
  readonly stage: Stage;
  readonly before: readonly Stage[];
  readonly onChange: (stage: Stage) => void;
};

function StageNames({ stage, before, onChange }: NamesProps) {
  const { t, i18n } = useTranslation("duties");
  const language = i18n.language === "en" ? "en" : "ja";
  return (
    <>
      <div className={classes.pair}>
        <TextInput
          label={t("field.nameJa")}
          maxLength={120}
          value={stage.name.ja}
          onChange={(event) => onChange({ ...stage, name: { ...stage.name, ja: event.currentTarget.value } })}
        />
        <TextInput
          label={t("field.nameEn")}
          maxLength={120}
          value={stage.name.en}
          onChange={(event) => onChange({ ...stage, name: { ...stage.name, en: event.currentTarget.value } })}
        />
      </div>
      <div className={classes.pair}>
        <NativeSelect
          label={t("stage.after")}
          value={stage.after ?? ""}
          onChange={(event) => onChange({ ...stage, after: event.currentTarget.value || null })}
          data={[
            { value: "", label: t("stage.fromKnown") },
            ...before.map(({ key, name }) => ({
              value: key,
              label: t("stage.afterFiled", { name: name[language] || key }),
            })),
          ]}
        />
        <NativeSelect
          label={t("stage.report")}
          value={stage.report}
          onChange={(event) => {
            const report = REPORTS.find((one) => one === event.currentTarget.value);
            if (report) onChange({ ...stage, report });
          }}
          data={REPORTS.map((value) => ({ value, label: t(`report.${value}`) }))}
        />
      </div>
    </>
  );
}

type PeriodProps = {
  readonly label: string;
  readonly period: Period | null;
  readonly onChange: (period: Period | null) => void;
};

/** A period and how it is counted: each law's own way is a switch here. */
function PeriodField({ label, period, onChange }: PeriodProps) {
  const { t } = useTranslation("duties");
  return (
    <div className={classes.pair}>
      <NativeSelect
        label={label}
        value={period?.kind ?? "none"}
        onChange={(event) => {
          const kind = UNITS.find((one) => one === event.currentTarget.value);
          onChange(periodIn(kind ?? "none", period?.count ?? 1));
        }}
        data={UNITS.map((value) => ({ value, label: t(`unit.${value}`) }))}
      />
      {period ? (
        <TextInput
          type="number"
          label={t("stage.count")}
          min={1}
          max={8760}
          step={1}
          value={period.count}
          onChange={(event) => onChange({ ...period, count: event.currentTarget.valueAsNumber || 1 })}
        />
      ) : null}
      {period?.kind === "hours" ? (
        <Choice
          label={t("stage.from")}
          value={period.from}
          options={["moment", "next-full-hour"] as const}
          text={(one) => t(`from.${one}`)}
          onChange={(from) => onChange({ ...period, from })}
        />
      ) : null}
      {period?.kind === "days" || period?.kind === "working-days" ? (
        <Choice
          label={t("stage.firstDay")}
          value={period.firstDay}
          options={["civil-code", "excluded", "counted"] as const}
          text={(one) => t(`firstDay.${one}`)}
          onChange={(firstDay) => onChange({ ...period, firstDay })}
        />
      ) : null}
      {period?.kind === "months" ? (
        <Choice
          label={t("stage.law")}
          value={period.law}
          options={["civil-code", "eu-1182"] as const}
          text={(one) => t(`law.${one}`)}
          onChange={(law) => onChange({ ...period, law })}
        />
      ) : null}
      {period?.kind === "days" || period?.kind === "months" ? (
        <Choice
          label={t("stage.lastDay")}
          value={period.lastDay}
          options={["as-is", "next-working-day"] as const}
          text={(one) => t(`lastDay.${one}`)}
          onChange={(lastDay) => onChange({ ...period, lastDay })}
        />
      ) : null}
    </div>
  );
}

function periodIn(kind: (typeof UNITS)[number], count: number): Period | null {
  switch (kind) {
    case "hours":
      return { kind, count, from: "moment" };
    case "days":
      return { kind, count, firstDay: "civil-code", lastDay: "as-is" };
    case "working-days":
      return { kind, count, firstDay: "civil-code" };
    case "months":
      return { kind, count, law: "civil-code", lastDay: "as-is" };
    case "none":
      return null;
  }
}

type ChoiceProps<Value extends string> = {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly Value[];
  readonly text: (value: Value) => string;
  readonly onChange: (value: Value) => void;
};

function Choice<Value extends string>({ label, value, options, text, onChange }: ChoiceProps<Value>) {
  return (
    <NativeSelect
      label={label}
      value={value}
      onChange={(event) => {
        const chosen = options.find((one) => one === event.currentTarget.value);
        if (chosen !== undefined) onChange(chosen);
      }}
      data={options.map((one) => ({ value: one, label: text(one) }))}
    />
  );
}
