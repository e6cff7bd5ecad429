import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { CheckIcon, CopyIcon } from "./icons.ts";

async function toClipboard(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Plain HTTP on another machine than this one has no clipboard API.
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

/** Whether the text was just copied, and how to copy it. */
export function useCopied(text: string): [boolean, () => void] {
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    void toClipboard(text).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1800);
    });
  };
  return [isCopied, copy];
}

export function CopyButton({ text, label }: { readonly text: string; readonly label?: string }) {
  const { t } = useTranslation("shell");
  const [isCopied, copy] = useCopied(text);
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={isCopied ? <CheckIcon size={14} /> : <CopyIcon size={14} />}
      onClick={copy}
    >
      <span aria-live="polite">{isCopied ? t("action.copied") : (label ?? t("action.copy"))}</span>
    </Button>
  );
}
