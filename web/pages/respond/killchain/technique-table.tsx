import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Step } from "../../../api/story.ts";
import { TrashIcon } from "../../../ui/icons.ts";
import { Section } from "../../../ui/page.tsx";
import { type Draft, isTechnique, techniqueOf, withStep } from "./draft.ts";
import classes from "./kill-chain.module.css";
import { StepChoice } from "./step-choice.tsx";

type TableProps = {
  readonly draft: Draft;
  readonly isReadOnly: boolean;
  readonly onChange: (techniques: Record<string, Step>) => void;
};

export function TechniqueTable({ draft, isReadOnly, onChange }: TableProps) {
  const { t } = useTranslation("story");
  const ids = Object.keys(draft.techniques).toSorted();
  return (
    <Section title={t("chain.techniques")}>
      <p className={classes.small}>{t("chain.techniquesHint")}</p>
      <table className={classes.table} aria-label={t("chain.techniques")}>
        <thead>
          <tr>
            <th scope="col">{t("chain.technique")}</th>
            <th scope="col">{t("chain.step")}</th>
          </tr>
        </thead>
        <tbody>
          {ids.map((id) => (
            <tr key={id}>
              <th scope="row">{id}</th>
              <td className={classes.row}>
                <StepChoice
                  label={t("chain.stepOf", { name: id })}
                  value={draft.techniques[id]}
                  isReadOnly={isReadOnly}
                  onChange={(step) => onChange(withStep(draft.techniques, id, step))}
                />
                {isReadOnly ? null : (
                  <Button
                    size="xs"
                    variant="subtle"
                    aria-label={t("chain.remove", { id })}
                    onClick={() => onChange(withStep(draft.techniques, id, undefined))}
                  >
                    <TrashIcon size={14} />
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {isReadOnly ? null : <Adding draft={draft} onChange={onChange} />}
    </Section>
  );
}

function Adding({ draft, onChange }: Omit<TableProps, "isReadOnly">) {
  const { t } = useTranslation("story");
  const [typed, setTyped] = useState("");
  const [step, setStep] = useState<Step>("exploitation");
  const id = techniqueOf(typed);
  const isKnown = Object.hasOwn(draft.techniques, id);
  const problem =
    typed.trim() === "" ? undefined : isKnown ? t("chain.twice") : isTechnique(id) ? undefined : t("chain.invalid");
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (!isTechnique(id) || isKnown) return;
    onChange(withStep(draft.techniques, id, step));
    setTyped("");
  };
  return (
    <form className={classes.adding} onSubmit={add}>
      <TextInput
        size="xs"
        aria-label={t("chain.addTechnique")}
        placeholder="T1190"
        maxLength={20}
        value={typed}
        error={problem}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <StepChoice
        label={t("chain.addStep")}
        value={step}
        isReadOnly={false}
        onChange={(next) => next && setStep(next)}
      />
      <Button size="xs" type="submit" variant="default" disabled={!isTechnique(id) || isKnown}>
        {t("chain.add")}
      </Button>
    </form>
  );
}
