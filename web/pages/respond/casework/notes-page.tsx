import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { noteQuery, notesQuery } from "../../../api/casework.ts";
import { type IncidentDetail, keyOf } from "../../../api/incidents.ts";
import { Empty } from "../../../ui/empty.tsx";
import { PlusIcon } from "../../../ui/icons.ts";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { IncidentFrame } from "../incident/incident-frame.tsx";
import classes from "./casework.module.css";

const NoteVersions = lazy(() => import("./note-versions.tsx").then(({ NoteVersions }) => ({ default: NoteVersions })));
const NoteView = lazy(() => import("./note-view.tsx").then(({ NoteView }) => ({ default: NoteView })));

export function NotesPage() {
  return <IncidentFrame>{(incident, mayWrite) => <Notes incident={incident} mayWrite={mayWrite} />}</IncidentFrame>;
}

type NotesProps = { readonly incident: IncidentDetail; readonly mayWrite: boolean };

/** The notes of a case beside the one that is open; which one lives in the address. */
function Notes({ incident, mayWrite }: NotesProps) {
  const { t } = useTranslation("casework");
  const id = keyOf(incident);
  const { note = "", version = "" } = useSearch({ strict: false });
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(notesQuery(id));
  const open = (noteId: string | undefined) =>
    void navigate({ to: "/incidents/$id/notes", params: { id }, search: noteId ? { note: noteId } : {} });
  if (error && !data) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <RowsSkeleton rows={6} />;
  return (
    <div className={classes.columns}>
      <div>
        <Suspense fallback={<RowsSkeleton rows={6} />}>
          {note === "new" && mayWrite ? (
            <NoteView key="new" id={id} note={undefined} mayWrite onSaved={open} />
          ) : note === "" ? (
            <Empty title={t(data.items.length === 0 ? "notes.none" : "notes.choose")}>{t("notes.hint")}</Empty>
          ) : (
            <OpenNote key={note} id={id} noteId={note} version={version} mayWrite={mayWrite} onSaved={open} />
          )}
        </Suspense>
      </div>
      <Section title={t("notes.title")}>
        {mayWrite ? (
          <div>
            <Button size="xs" variant="default" leftSection={<PlusIcon size={14} />} onClick={() => open("new")}>
              {t("notes.new")}
            </Button>
          </div>
        ) : null}
        <ul className={classes.list}>
          {data.items.map((each) => (
            <li key={each.id}>
              <Link to="/incidents/$id/notes" params={{ id }} search={{ note: each.id }}>
                {each.title}
              </Link>
              <span className={classes.minor}>
                {each.changedBy} · <Instant at={each.changedAt} />
              </span>
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}

type OpenProps = {
  readonly id: string;
  readonly noteId: string;
  /** "" = the note as it is now. */
  readonly version: string;
  readonly mayWrite: boolean;
  readonly onSaved: (noteId: string) => void;
};

function OpenNote({ id, noteId, version, mayWrite, onSaved }: OpenProps) {
  const { data: note, error, refetch } = useQuery(noteQuery(id, noteId));
  if (error && !note) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!note) return <RowsSkeleton rows={6} />;
  if (/^[1-9]\d{0,8}$/.test(version)) return <NoteVersions id={id} note={note} version={Number(version)} />;
  return <NoteView id={id} note={note} mayWrite={mayWrite} onSaved={onSaved} />;
}
