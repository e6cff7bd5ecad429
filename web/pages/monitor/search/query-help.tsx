import { ActionIcon } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { HelpIcon } from "../../../ui/icons.ts";
import { LatePopover } from "../../../ui/late-popover.tsx";
import classes from "./query-bar.module.css";

const EXAMPLES = [
  ["word", "powershell"],
  ["phrase", '"failed password"'],
  ["field", "user.name:tanaka"],
  ["outcome", "event.outcome:failure and not source.ip:10.0.0.0/8"],
  ["wildcard", "process.executable:*\\\\powershell.exe"],
  ["either", "host.name:(dc01 or dc02)"],
  ["exists", "user.name:*"],
  ["range", "destination.port:[1 TO 1023]"],
  ["compare", "destination.bytes:>1000000"],
  ["regex", "url.domain:/[a-z0-9]{20,}\\.test/"],
  ["detected", "detected:true and level:>=high"],
  ["vendor", "fields.LogonType:3"],
] as const;

/** The language in a dozen examples; each can be tried by clicking it. */
export function QueryHelp({ onTry }: { readonly onTry: (query: string) => void }) {
  const { t } = useTranslation("search");
  const [isOpen, setOpen] = useState(false);
  return (
    <LatePopover
      label={t("help.open")}
      isOpen={isOpen}
      onOpen={setOpen}
      position="bottom-end"
      width={600}
      button={
        <ActionIcon size={24} aria-label={t("help.open")}>
          <HelpIcon size={17} stroke={1.7} />
        </ActionIcon>
      }
    >
      <p style={{ marginBottom: 8, fontSize: 13 }}>{t("help.lead")}</p>
      <dl className={classes.help}>
        {EXAMPLES.map(([key, query]) => (
          <div key={key} style={{ display: "contents" }}>
            <dt>{t(`help.${key}`)}</dt>
            <dd>
              <button
                type="button"
                className={classes.example}
                onClick={() => {
                  setOpen(false);
                  onTry(query);
                }}
              >
                {query}
              </button>
            </dd>
          </div>
        ))}
      </dl>
    </LatePopover>
  );
}
