import { Button, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { evidenceQuery, MAX_EVIDENCE_BYTES, uploadEvidence } from "../../../api/casework.ts";
import { newKey } from "../../../api/new-key.ts";
import { formatBytes } from "../../../ui/figures.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import classes from "./casework.module.css";

/** A chosen file. Its key stays the same at every attempt: one whose answer was lost is found again, not kept twice. */
type Sending = {
  readonly key: string;
  readonly file: File;
  readonly note: string;
  readonly error?: unknown;
};

export function Uploads({ id }: { readonly id: string }) {
  const { t } = useTranslation("casework");
  const queryClient = useQueryClient();
  const [note, setNote] = useState("");
  const [sending, setSending] = useState<readonly Sending[]>([]);
  const input = useRef<HTMLInputElement>(null);
  const replace = (key: string, next: Sending | undefined) =>
    setSending((all) => all.flatMap((one) => (one.key === key ? (next ? [next] : []) : [one])));
  const send = async ({ key, file, note: said }: Sending) => {
    replace(key, { key, file, note: said });
    try {
      await uploadEvidence(id, { key, name: file.name, note: said }, file);
      replace(key, undefined);
      await queryClient.invalidateQueries({ queryKey: evidenceQuery(id).queryKey });
    } catch (error) {
      replace(key, { key, file, note: said, error });
    }
  };
  const choose = (files: FileList | null) => {
    const chosen = [...(files ?? [])].map((file) => ({ key: newKey(), file, note: note.trim() }));
    setSending((all) => [...all, ...chosen]);
    for (const one of chosen) void send(one);
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
        <div key={one.key} className={classes.note} role="status">
          <p>
            {one.file.name} ({formatBytes(one.file.size)}){" "}
            {one.error === undefined ? t("evidence.sending") : t("evidence.failed")}
          </p>
          {one.error === undefined ? null : (
            <>
              <ProblemNote error={one.error} />
              <span className={classes.buttons}>
                <Button size="compact-sm" variant="default" onClick={() => void send(one)}>
                  {t("evidence.again")}
                </Button>
                <Button size="compact-sm" variant="subtle" onClick={() => replace(one.key, undefined)}>
                  {t("evidence.dismiss")}
                </Button>
              </span>
            </>
          )}
        </div>
      ))}
    </div>
  );
}
