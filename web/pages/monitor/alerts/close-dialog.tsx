import { Button, Group, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type AlertChange, DISPOSITIONS, type Disposition } from "../../../api/alerts.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { formatCount } from "../../../ui/figures.ts";
import classes from "./alerts-page.module.css";

type CloseProps = {
  readonly count: number;
  readonly onCancel: () => void;
  readonly onClose: (change: AlertChange) => void;
};

/** Closing says what it was and why: that is how rules are judged later. */
export function CloseDialog({ count, onCancel, onClose }: CloseProps) {
  const { t } = useTranslation(["alerts", "monitor", "shell"]);
  const [disposition, setDisposition] = useState<Disposition>();
  const [reason, setReason] = useState("");
  const isReady = disposition !== undefined && reason.trim() !== "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (disposition && isReady) onClose({ disposition, reason: reason.trim() });
  };
  return (
    <Dialog title={t("alerts:close.title", { count, text: formatCount(count) })} onClose={onCancel}>
      <form onSubmit={submit}>
        <fieldset className={classes.dispositions}>
          <legend>{t("alerts:close.what")}</legend>
          {DISPOSITIONS.map((value, i) => (
            <label key={value} className={classes.disposition} data-chosen={value === disposition || undefined}>
              <input
                type="radio"
                name="disposition"
                value={value}
                checked={value === disposition}
                onChange={() => setDisposition(value)}
                {...(i === 0 ? { "data-autofocus": true } : {})}
              />
              <span>
                <strong>{t(`monitor:disposition.${value}`)}</strong>
                <span className={classes.dispositionHint}>{t(`alerts:close.${value}`)}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <Textarea
          label={t("alerts:close.reason")}
          description={t("alerts:close.reasonHint")}
          autosize
          minRows={2}
          maxRows={8}
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          required
          withAsterisk={false}
        />
        <Group justify="flex-end" gap="xs" mt="md">
          <Button variant="default" onClick={onCancel}>
            {t("shell:action.cancel")}
          </Button>
          <Button type="submit" disabled={!isReady}>
            {t("alerts:close.submit")}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
