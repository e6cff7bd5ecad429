import { CloseButton, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { SearchIcon } from "./icons.ts";
import { isComposing, useKeys } from "./keys.ts";

type QueryFieldProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string | undefined) => void;
  readonly className?: string | undefined;
};

/** Words that narrow a list: applied on Enter and on leaving the field; `/` goes to it. */
export function QueryField(props: QueryFieldProps) {
  return <Field key={props.value} {...props} />;
}

function Field({ label, value, onChange, className }: QueryFieldProps) {
  const { t } = useTranslation("shell");
  const [text, setText] = useState(value);
  const apply = () => {
    if (text.trim() !== value) onChange(text.trim() || undefined);
  };
  useKeys({ "/": () => document.getElementById("list-query")?.focus() });
  return (
    <TextInput
      id="list-query"
      {...(className ? { className } : {})}
      aria-label={label}
      placeholder={label}
      leftSection={<SearchIcon size={15} />}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter" && !isComposing(event)) apply();
      }}
      onBlur={apply}
      rightSection={
        text ? <CloseButton size={24} aria-label={t("action.clearWords")} onClick={() => onChange(undefined)} /> : null
      }
    />
  );
}
