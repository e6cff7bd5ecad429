import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CaseNote } from "../../../api/casework.ts";
import { PencilIcon } from "../../../ui/icons.ts";
import { Markdown } from "../../../ui/markdown.tsx";
import { Section } from "../../../ui/page.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./casework.module.css";
import { NoteEditor } from "./note-editor.tsx";

type NoteProps = {
  readonly id: string;
  /** undefined = a new one. */
  readonly note: CaseNote | undefined;
  readonly mayWrite: boolean;
  readonly onSaved: (noteId: string) => void;
};

/** A note to read, and its editor in the same place. */
export function NoteView({ id, note, mayWrite, onSaved }: NoteProps) {
  const { t } = useTranslation("casework");
  const [isEditing, setEditing] = useState(note === undefined);
  if (isEditing)
    return (
      <NoteEditor
        id={id}
        note={note}
        onSaved={(noteId) => {
          setEditing(false);
          onSaved(noteId);
        }}
        onCancel={note ? () => setEditing(false) : () => onSaved("")}
      />
    );
  if (!note) return null;
  return (
    <Section
      title={note.title}
      aside={
        mayWrite ? (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<PencilIcon size={13} />}
            onClick={() => setEditing(true)}
          >
            {t("notes.edit")}
          </Button>
        ) : null
      }
    >
      <p className={classes.small}>
        {note.changedBy} · <Instant at={note.changedAt} /> · {t("notes.version", { text: note.version })}
        {note.version > 1 ? (
          <>
            {" · "}
            <Link
              to="/incidents/$id/notes"
              params={{ id }}
              search={{ note: note.id, version: String(note.version - 1) }}
            >
              {t("notes.versions")}
            </Link>
          </>
        ) : null}
      </p>
      {note.body.trim() === "" ? <p className={classes.small}>{t("notes.blank")}</p> : <Markdown text={note.body} />}
    </Section>
  );
}
