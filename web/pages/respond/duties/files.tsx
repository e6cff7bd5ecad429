import { Button } from "@mantine/core";
import { type ChangeEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  addDocument,
  approveDocument,
  type Clock,
  type DutyCase,
  type DutyDocument,
  documentUrl,
  type Filing,
  MAX_FILE_BYTES,
  voidFiling,
} from "../../../api/duties.ts";
import { confirm } from "../../../ui/confirm.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./duties.module.css";
import { FilingDialog } from "./filing-dialog.tsx";
import { Collision } from "./theirs.tsx";
import { useRecord } from "./use-duty-case.ts";

type Props = { readonly clock: Clock; readonly duties: DutyCase };

/** Files that were fixed for a clock, who approved them, and what was sent when. */
export function ClockFiles({ clock, duties }: Props) {
  const { t } = useTranslation("duties");
  return (
    <>
      {clock.documents.length > 0 ? (
        <ul className={classes.plain} aria-label={t("files.title")}>
          {clock.documents.map((document) => (
            <Document key={document.id} document={document} clock={clock} duties={duties} />
          ))}
        </ul>
      ) : null}
      {duties.mayWrite ? <Upload clock={clock} duties={duties} /> : null}
      {clock.filings.map((filing) => (
        <Sent key={filing.seq} filing={filing} duties={duties} />
      ))}
    </>
  );
}

/** What was sent. One that was recorded by mistake is struck through, with who took it back and why. */
function Sent({ filing, duties }: { readonly filing: Filing; readonly duties: DutyCase }) {
  const { t } = useTranslation("duties");
  const { voided } = filing;
  const back = useRecord(duties.incidentId, (reason: string) =>
    voidFiling(duties.incidentId, { filing: filing.seq, reason }),
  );
  const ask = async () => {
    const reason = await confirm({
      title: t("filing.voidTitle"),
      body: t("filing.voidHint"),
      action: t("filing.void"),
      reasonLabel: t("filing.voidReason"),
    });
    if (reason !== undefined) back.mutate(reason);
  };
  const Words = voided ? "s" : "span";
  return (
    <div className={classes.note}>
      <p>
        <Words>
          <strong>{filing.isSupplement ? t("filing.supplement") : t("filing.sent")}</strong>{" "}
          <Instant at={filing.sentAt} /> → {filing.recipient}
        </Words>{" "}
        {duties.mayWrite && !voided ? (
          <Button size="compact-xs" variant="subtle" loading={back.isPending} onClick={() => void ask()}>
            {t("filing.void")}…
          </Button>
        ) : null}
      </p>
      {voided ? (
        <p>
          <strong>{t("filing.voided")}</strong> {voided.reason} · {voided.by} · <Instant at={voided.at} />
        </p>
      ) : (
        <p>
          {t(`filing.approval.${filing.approval}`, { by: filing.approvedBy ?? "" })}
          {filing.receipt ? ` · ${t("filing.receiptIs", { receipt: filing.receipt })}` : ""}
        </p>
      )}
      {filing.note ? <p className={classes.prose}>{filing.note}</p> : null}
      <p className={classes.small}>
        {filing.filedBy} · <Instant at={filing.recordedAt} /> · {filing.name}
      </p>
      <p className={classes.hash}>
        SHA-256 <code>{filing.sha256}</code>
      </p>
      <Collision error={back.error} />
    </div>
  );
}

function Document({ document, clock, duties }: Props & { readonly document: DutyDocument }) {
  const { t } = useTranslation("duties");
  const [isFiling, setFiling] = useState(false);
  const approve = useRecord(duties.incidentId, () => approveDocument(duties.incidentId, document.id));
  return (
    <li>
      <div className={classes.row}>
        <a href={documentUrl(duties.incidentId, document.id)}>{document.name}</a>
        <span className={classes.state}>
          {document.approvedBy ? t("files.approvedBy", { by: document.approvedBy }) : t("files.notApproved")}
        </span>
        {document.mayApprove ? (
          <Button size="compact-xs" loading={approve.isPending} onClick={() => approve.mutate(undefined)}>
            {t("files.approve")}
          </Button>
        ) : null}
        {duties.mayWrite ? (
          <Button size="compact-xs" variant="default" onClick={() => setFiling(true)}>
            {t("files.sent")}
          </Button>
        ) : null}
      </div>
      <p className={classes.small}>
        {document.madeBy} · <Instant at={document.madeAt} />
      </p>
      <p className={classes.hash}>
        SHA-256 <code>{document.sha256}</code>
      </p>
      <Collision error={approve.error} />
      {isFiling ? (
        <FilingDialog document={document} clock={clock} duties={duties} onClose={() => setFiling(false)} />
      ) : null}
    </li>
  );
}

/** A file made elsewhere, such as a print of an authority's web form. */
function Upload({ clock, duties }: Props) {
  const { t } = useTranslation("duties");
  const input = useRef<HTMLInputElement>(null);
  const [isTooLarge, setTooLarge] = useState(false);
  const add = useRecord(duties.incidentId, async (file: File) =>
    addDocument(duties.incidentId, {
      clock: clock.clock,
      from: { kind: "upload", name: file.name, base64: await base64Of(file) },
    }),
  );
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const [file] = event.currentTarget.files ?? [];
    event.currentTarget.value = "";
    if (!file) return;
    setTooLarge(file.size > MAX_FILE_BYTES);
    if (file.size > 0 && file.size <= MAX_FILE_BYTES) add.mutate(file);
  };
  return (
    <div>
      <input ref={input} type="file" hidden aria-label={t("files.upload")} onChange={choose} />
      <Button size="compact-xs" variant="default" loading={add.isPending} onClick={() => input.current?.click()}>
        {t("files.upload")}
      </Button>
      {isTooLarge ? (
        <p className={classes.warning} role="alert">
          {t("files.tooLarge")}
        </p>
      ) : null}
      <Collision error={add.error} />
    </div>
  );
}

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let from = 0; from < bytes.length; from += 0x8000)
    text += String.fromCharCode(...bytes.subarray(from, from + 0x8000));
  return btoa(text);
}
