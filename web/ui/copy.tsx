import { ActionIcon, Button, Tooltip } from "@mantine/core";
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

function useCopied(text: string): [boolean, () => void] {
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    void toClipboard(text).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1800);
    });
  };
  return [isCopied, copy];
}

export function CopyIconButton({ text, label }: { readonly text: string; readonly label: string }) {
  const { t } = useTranslation("shell");
  const [isCopied, copy] = useCopied(text);
  return (
    <Tooltip label={isCopied ? t("action.copied") : label}>
      <ActionIcon size={24} aria-label={label} onClick={copy}>
        {isCopied ? <CheckIcon size={15} /> : <CopyIcon size={15} />}
      </ActionIcon>
    </Tooltip>
  );
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
