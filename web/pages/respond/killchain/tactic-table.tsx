import { useTranslation } from "react-i18next";
import { TACTIC_ORDER } from "../../../api/incidents.ts";
import type { Step } from "../../../api/story.ts";
import { Section } from "../../../ui/page.tsx";
import { type Draft, withStep } from "./draft.ts";
import classes from "./kill-chain.module.css";
import { StepChoice } from "./step-choice.tsx";

type TableProps = {
  readonly draft: Draft;
  readonly isReadOnly: boolean;
  readonly onChange: (tactics: Record<string, Step>) => void;
};

export function TacticTable({ draft, isReadOnly, onChange }: TableProps) {
  const { t } = useTranslation(["story", "monitor"]);
  const known: readonly string[] = TACTIC_ORDER;
  const tactics = [...known, ...Object.keys(draft.tactics).filter((tactic) => !known.includes(tactic))];
  return (
    <Section title={t("story:chain.tactics")}>
      <table className={classes.table} aria-label={t("story:chain.tactics")}>
        <thead>
          <tr>
            <th scope="col">{t("story:chain.tactic")}</th>
            <th scope="col">{t("story:chain.step")}</th>
          </tr>
        </thead>
        <tbody>
          {tactics.map((tactic) => {
            const name = t(`monitor:tactic.${tactic}`, { defaultValue: tactic });
            return (
              <tr key={tactic}>
                <th scope="row">{name}</th>
                <td>
                  <StepChoice
                    label={t("story:chain.stepOf", { name })}
                    value={draft.tactics[tactic]}
                    isReadOnly={isReadOnly}
                    hasNone
                    onChange={(step) => onChange(withStep(draft.tactics, tactic, step))}
                  />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Section>
  );
}
