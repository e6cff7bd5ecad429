import { Button, Group, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { addNote, type CaseNote, MAX_NOTE_CHARS, noteQuery, notesQuery, saveNote } from "../../../api/casework.ts";
import { isProblem } from "../../../api/client.ts";
import { meQuery } from "../../../api/session.ts";
import { Markdown } from "../../../ui/markdown.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import classes from "./casework.module.css";
import { type Draft, keepDraft, readDraft } from "./draft.ts";
import { Theirs } from "./theirs.tsx";

type EditorProps = {
  readonly id: string;
  readonly note: CaseNote | undefined;
  readonly onSaved: (noteId: string) => void;
  readonly onCancel: () => void;
};

/** The text of the other person, as the refusal brought it. */
function theirsOf(error: unknown): CaseNote | undefined {
  if (!isProblem(error, "conflict")) return undefined;
  const { current } = error.facts;
  const isNote = typeof current === "object" && current !== null && "body" in current && "version" in current;
  // The server writes it through the contract's schema of a note.
  return isNote ? (current as CaseNote) : undefined;
}

/**
 * Title and Markdown with a preview. The version is read when the editor opens: if somebody saved meanwhile, both texts
 * stand side by side and the person decides. Nothing typed is ever dropped.
 */
export function NoteEditor({ id, note, onSaved, onCancel }: EditorProps) {
  const { t } = useTranslation(["casework", "shell"]);
  const queryClient = useQueryClient();
  const { data: me } = useQuery(meQuery);
  const place = { personId: me?.id ?? "", id, noteId: note?.id ?? "new" };
  const [kept] = useState(() => readDraft(place));
  const [draft, setDraft] = useState<Draft>(
    kept ?? { version: note?.version ?? 0, title: note?.title ?? "", body: note?.body ?? "" },
  );
  const { version, title, body } = draft;
  const type = (change: Partial<Draft>) => {
    setDraft({ ...draft, ...change });
    keepDraft(place, { ...draft, ...change });
  };
  const save = useMutation({
    mutationFn: (onto: number) =>
      note
        ? saveNote(id, note.id, { title: title.trim(), body, version: onto })
        : addNote(id, { title: title.trim(), body }),
    onSuccess: (saved) => {
      keepDraft(place, undefined);
      queryClient.setQueryData(noteQuery(id, saved.id).queryKey, saved);
      void queryClient.invalidateQueries({ queryKey: notesQuery(id).queryKey });
      toastDone(t("casework:notes.saved", { title: saved.title }));
      onSaved(saved.id);
    },
  });
  const theirs = theirsOf(save.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (title.trim() !== "") save.mutate(version);
  };
  const takeBoth = (other: CaseNote) => {
    type({ version: other.version, body: `${other.body}\n\n${body}` });
    save.reset();
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      {kept ? <p className={classes.note}>{t("casework:notes.restored")}</p> : null}
      <TextInput
        label={t("casework:notes.titleField")}
        maxLength={200}
        value={title}
        onChange={(event) => type({ title: event.currentTarget.value })}
        required
        withAsterisk={false}
      />
      <div className={classes.sides}>
        <Textarea
          label={t("casework:notes.body")}
          description={t("casework:notes.bodyHint")}
          autosize
          minRows={10}
          maxRows={30}
          maxLength={MAX_NOTE_CHARS}
          value={body}
          onChange={(event) => type({ body: event.currentTarget.value })}
        />
        {theirs ? (
          <Theirs
            by={theirs.changedBy}
            at={theirs.changedAt}
            title={theirs.title}
            text={theirs.body}
            both={{
              hasRoom: theirs.body.length + body.length + 2 <= MAX_NOTE_CHARS,
              take: () => takeBoth(theirs),
            }}
            onMine={() => save.mutate(theirs.version)}
          />
        ) : (
          <section aria-label={t("casework:notes.preview")}>
            <h3>{t("casework:notes.preview")}</h3>
            <div className={classes.preview}>
              <Markdown text={body} />
            </div>
          </section>
        )}
      </div>
      {save.error && !theirs ? <ProblemNote error={save.error} /> : null}
      <Group justify="flex-end" gap="xs">
        <Button
          variant="default"
          onClick={() => {
            keepDraft(place, undefined);
            onCancel();
          }}
        >
          {t("shell:action.cancel")}
        </Button>
        <Button type="submit" loading={save.isPending} disabled={title.trim() === "" || theirs !== undefined}>
          {t("casework:save")}
        </Button>
      </Group>
    </form>
  );
}
