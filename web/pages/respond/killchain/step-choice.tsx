import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { STEPS, type Step } from "../../../api/story.ts";

type ChoiceProps = {
  readonly label: string;
  readonly value: Step | undefined;
  readonly isReadOnly: boolean;
  /** Whether "counts as none" may be chosen. */
  readonly hasNone?: boolean;
  readonly onChange: (step: Step | undefined) => void;
};

export function StepChoice({ label, value, isReadOnly, hasNone = false, onChange }: ChoiceProps) {
  const { t } = useTranslation("story");
  const options = STEPS.map((step, index) => ({ value: step as string, label: `${index + 1} ${t(`step.${step}`)}` }));
  return (
    <NativeSelect
      size="xs"
      aria-label={label}
      value={value ?? ""}
      disabled={isReadOnly}
      data={hasNone ? [{ value: "", label: t("chain.noStep") }, ...options] : options}
      onChange={({ currentTarget }) => onChange(STEPS.find((step) => step === currentTarget.value))}
    />
  );
}
