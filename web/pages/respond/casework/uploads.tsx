import { Button, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { evidenceQuery, MAX_EVIDENCE_BYTES, uploadEvidence } from "../../../api/casework.ts";
import { isProblem } from "../../../api/client.ts";
import { newKey } from "../../../api/new-key.ts";
import { formatBytes } from "../../../ui/figures.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import classes from "./casework.module.css";

/** A chosen file. Its key stays the same at every attempt: one whose answer was lost is found again, not kept twice. */
type Sending = {
  readonly key: string;
  readonly file: File;
  readonly note: string;
  readonly sentBytes: number;
  readonly stop: AbortController;
  readonly error?: unknown;
};
type Chosen = Pick<Sending, "key" | "file" | "note">;

export function Uploads({ id }: { readonly id: string }) {
  const { t } = useTranslation("casework");
  const queryClient = useQueryClient();
  const [note, setNote] = useState("");
  const [sending, setSending] = useState<readonly Sending[]>([]);
  const input = useRef<HTMLInputElement>(null);
  const change = (key: string, part: Partial<Sending>) =>
    setSending((all) => all.map((one) => (one.key === key ? { ...one, ...part } : one)));
  const forget = (key: string) => setSending((all) => all.filter((one) => one.key !== key));
  const send = async ({ key, file, note: said }: Chosen) => {
    const started: Sending = { key, file, note: said, sentBytes: 0, stop: new AbortController() };
    setSending((all) => [...all.filter((one) => one.key !== key), started]);
    const onProgress = (sentBytes: number) => change(key, { sentBytes });
    try {
      await uploadEvidence(id, { key, name: file.name, note: said }, file, { onProgress, signal: started.stop.signal });
      forget(key);
      await queryClient.invalidateQueries({ queryKey: evidenceQuery(id).queryKey });
    } catch (error) {
      change(key, { error });
    }
  };
  const choose = (files: FileList | null) => {
    for (const file of files ?? []) void send({ key: newKey(), file, note: note.trim() });
    if (input.current) input.current.value = "";
    setNote("");
  };
  return (
    <div className={classes.form}>
      <div className={classes.inline}>
        <TextInput
          label={t("evidence.note")}
          maxLength={1000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label={t("evidence.choose")}
          onChange={(event) => choose(event.currentTarget.files)}
        />
        <Button onClick={() => input.current?.click()}>{t("evidence.choose")}</Button>
      </div>
      <p className={classes.small}>{t("evidence.limit", { text: formatBytes(MAX_EVIDENCE_BYTES) })}</p>
      {sending.map((one) => (
        <div key={one.key} className={classes.note}>
          {one.error === undefined ? (
            <OnItsWay sending={one} />
          ) : (
            <Failed sending={one} onAgain={() => void send(one)} onClose={() => forget(one.key)} />
          )}
        </div>
      ))}
    </div>
  );
}

/** How far a file is. Not a live region: nobody is told each percent. */
function OnItsWay({ sending: { file, sentBytes, stop } }: { readonly sending: Sending }) {
  const { t } = useTranslation("casework");
  const text = `${formatBytes(Math.min(sentBytes, file.size))} / ${formatBytes(file.size)}`;
  return (
    <>
      <p>
        {file.name} {sentBytes < file.size ? t("evidence.sending", { text }) : t("evidence.checking")}
      </p>
      <span className={classes.buttons}>
        <progress
          value={sentBytes}
          max={Math.max(file.size, 1)}
          aria-label={t("evidence.progress", { name: file.name })}
        />
        <Button size="compact-sm" variant="default" onClick={() => stop.abort()}>
          {t("evidence.stop")}
        </Button>
      </span>
    </>
  );
}

type FailedProps = { readonly sending: Sending; readonly onAgain: () => void; readonly onClose: () => void };

/** Only without an answer it is not known whether it arrived; sent again under its key it is not kept twice. */
function Failed({ sending: { file, error, stop }, onAgain, onClose }: FailedProps) {
  const { t } = useTranslation("casework");
  const isStopped = stop.signal.aborted;
  return (
    <div role="alert">
      <p>
        {file.name} ({formatBytes(file.size)}){" "}
        {t(isStopped ? "evidence.stopped" : isProblem(error, "network") ? "evidence.unsure" : "evidence.failed")}
      </p>
      {isStopped ? null : <ProblemNote error={error} />}
      <span className={classes.buttons}>
        <Button size="compact-sm" variant="default" onClick={onAgain}>
          {t("evidence.again")}
        </Button>
        <Button size="compact-sm" variant="subtle" onClick={onClose}>
          {t("evidence.dismiss")}
        </Button>
      </span>
    </div>
  );
}
