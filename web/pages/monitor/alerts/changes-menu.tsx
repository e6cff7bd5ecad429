import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type MyChange, myChangesQuery } from "../../../api/alerts.ts";
import { formatMinute } from "../../../ui/clock.ts";
import { formatCount } from "../../../ui/figures.ts";
import { ArrowBackUpIcon } from "../../../ui/icons.ts";
import { LateMenu } from "../../../ui/late-menu.tsx";
import { useClock } from "../../../ui/use-clock.tsx";
import classes from "./triage.module.css";
import { useUndo } from "./use-undo.ts";

/** What I did last, and until when each can be taken back. */
export function ChangesMenu() {
  const { t } = useTranslation("alerts");
  const [isOpen, setOpen] = useState(false);
  const { data } = useQuery({ ...myChangesQuery, enabled: isOpen });
  const { undo } = useUndo();
  return (
    <LateMenu
      position="bottom-end"
      width={340}
      onChange={setOpen}
      dropdown={{ mah: 420, style: { overflow: "auto" } }}
      button={
        <Button size="xs" variant="default" leftSection={<ArrowBackUpIcon size={14} />}>
          {t("changes.title")}
        </Button>
      }
    >
      {(Menu) => (
        <>
          {data?.items.length === 0 ? <Menu.Label>{t("changes.none")}</Menu.Label> : null}
          {data?.items.map((change) => (
            <Menu.Item key={change.id} disabled={change.undoUntil === null} onClick={() => void undo(change.id)}>
              <Told change={change} />
            </Menu.Item>
          ))}
        </>
      )}
    </LateMenu>
  );
}

function Told({ change }: { readonly change: MyChange }) {
  const { t } = useTranslation(["alerts", "monitor"]);
  const { zone } = useClock();
  const text = formatCount(change.alerts);
  const said = () => {
    if (change.what === "judge")
      return change.expertSeverity
        ? t("alerts:changes.judge", { text, severity: t(`monitor:severity.${change.expertSeverity}`) })
        : t("alerts:changes.withdrew", { text });
    if (change.what === "close")
      return t("alerts:changes.close", { text, disposition: t(`monitor:disposition.${change.disposition}`) });
    return t(`alerts:changes.${change.what}`, { text });
  };
  const until = () => {
    if (change.isUndone) return t("alerts:changes.undone");
    if (change.undoUntil === null) return t("alerts:changes.tooLate");
    return t("alerts:changes.until", { time: formatMinute(change.undoUntil, zone) });
  };
  return (
    <>
      {said()}
      <span className={classes.small}>{until()}</span>
    </>
  );
}
