import { Button, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Clock, type DutyCase, type DutyDocument, fileDocument } from "../../../api/duties.ts";
import { currentLanguage } from "../../../app/i18n.ts";
import { instantOfWallClock, wallClockOf, zoneLabel } from "../../../ui/clock.ts";
import { confirm } from "../../../ui/confirm.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { useClock } from "../../../ui/use-clock.tsx";
import classes from "./duties.module.css";
import { Collision } from "./theirs.tsx";
import { useRecord } from "./use-duty-case.ts";

type Props = {
  readonly document: DutyDocument;
  readonly clock: Clock;
  readonly duties: DutyCase;
  readonly onClose: () => void;
};

/** Records that a file went out. Without an approval it is recorded all the same, and says so. */
export function FilingDialog({ document, clock, duties, onClose }: Props) {
  const { t } = useTranslation("duties");
  const { zone } = useClock();
  const [draft, setDraft] = useState({
    at: wallClockOf(Date.now(), zone).slice(0, 16),
    recipient: clock.entryName[currentLanguage()],
    receipt: "",
    note: "",
  });
  const change = (part: Partial<typeof draft>) => setDraft((now) => ({ ...now, ...part }));
  const save = useRecord(
    duties.incidentId,
    () =>
      fileDocument(duties.incidentId, {
        clock: clock.clock,
        documentId: document.id,
        sentAt: new Date(instantOfWallClock(draft.at, zone)).toISOString(),
        recipient: draft.recipient,
        receipt: draft.receipt,
        note: draft.note,
      }),
    onClose,
  );
  const isReady = !Number.isNaN(instantOfWallClock(draft.at, zone)) && draft.recipient.trim() !== "";
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!isReady) return;
    const name = `${clock.entryName[currentLanguage()]} – ${clock.stageName[currentLanguage()]}`;
    const isSure = await confirm({
      title: t("filing.sureTitle"),
      body: t("filing.sure", { name, file: document.name }),
      action: t("filing.save"),
      isDestructive: false,
    });
    if (isSure !== undefined) save.mutate(undefined);
  };
  return (
    <Dialog title={t("filing.title")} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} className={classes.form}>
        <p>{document.name}</p>
        {document.hasApproval ? null : (
          <p className={classes.warning}>
            {document.approvedBy ? t("filing.ownApproval") : t("filing.withoutApproval")}
          </p>
        )}
        <Collision error={save.error} />
        <TextInput
          type="datetime-local"
          label={t("filing.at", { zone: zoneLabel(zone) })}
          value={draft.at}
          onChange={(event) => change({ at: event.currentTarget.value })}
          data-autofocus
        />
        <TextInput
          label={t("filing.recipient")}
          maxLength={300}
          value={draft.recipient}
          onChange={(event) => change({ recipient: event.currentTarget.value })}
        />
        <TextInput
          label={t("filing.receipt")}
          maxLength={200}
          value={draft.receipt}
          onChange={(event) => change({ receipt: event.currentTarget.value })}
        />
        <Textarea
          label={t("filing.note")}
          autosize
          minRows={2}
          maxLength={2000}
          value={draft.note}
          onChange={(event) => change({ note: event.currentTarget.value })}
        />
        <Button type="submit" loading={save.isPending} disabled={!isReady}>
          {t("filing.save")}
        </Button>
      </form>
    </Dialog>
  );
}
