import { Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

type Props = {
  readonly label: string;
  readonly days: readonly string[];
  readonly onChange: (days: string[]) => void;
};

/** Days off, one a line. What is half typed stays in the field; the server says which line is no date. */
export function DaysField({ label, days, onChange }: Props) {
  const { t } = useTranslation("duties");
  const [text, setText] = useState(days.join("\n"));
  return (
    <Textarea
      label={label}
      description={t("field.daysHint")}
      autosize
      minRows={2}
      maxRows={8}
      maxLength={6000}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        const parts = event.currentTarget.value.split(/[\s,、]+/).filter(Boolean);
        onChange([...new Set(parts.map((part) => part.replaceAll("/", "-")))]);
      }}
    />
  );
}
