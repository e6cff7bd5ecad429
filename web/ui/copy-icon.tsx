import { ActionIcon, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useCopied } from "./copy.tsx";
import { CheckIcon, CopyIcon } from "./icons.ts";

/** The small form, for beside a value. By itself, because what places its tooltip is larger than the pages that copy by words. */
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
