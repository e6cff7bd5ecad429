import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type CaseNote, versionQuery, versionsQuery } from "../../../api/casework.ts";
import { Markdown } from "../../../ui/markdown.tsx";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./casework.module.css";

type VersionsProps = { readonly id: string; readonly note: CaseNote; readonly version: number };

/** Every version of a note with who saved it, and the text of one. Which one lives in the address. */
export function NoteVersions({ id, note, version }: VersionsProps) {
  const { t } = useTranslation("casework");
  const { data, error, refetch } = useQuery(versionsQuery(id, note.id));
  return (
    <Section
      title={t("notes.versionsOf", { name: note.title })}
      aside={
        <Link to="/incidents/$id/notes" params={{ id }} search={{ note: note.id }}>
          {t("notes.backToNote")}
        </Link>
      }
    >
      {error && !data ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={4} /> : null}
      <ol className={classes.list} aria-label={t("notes.versions")}>
        {data?.items.map((each) => (
          <li key={each.version}>
            <Link
              to="/incidents/$id/notes"
              params={{ id }}
              search={{ note: note.id, version: String(each.version) }}
              aria-current={each.version === version ? "true" : undefined}
            >
              {t("notes.versionLine", { text: each.version })} {each.title}
            </Link>
            <span className={classes.minor}>
              {each.version === note.version ? `${t("notes.nowVersion")} · ` : ""}
              {each.by} · <Instant at={each.at} />
            </span>
          </li>
        ))}
      </ol>
      <VersionText id={id} noteId={note.id} version={version} />
    </Section>
  );
}

function VersionText({
  id,
  noteId,
  version,
}: {
  readonly id: string;
  readonly noteId: string;
  readonly version: number;
}) {
  const { t } = useTranslation("casework");
  const { data, error } = useQuery(versionQuery(id, noteId, version));
  if (error) return <ProblemNote error={error} />;
  if (!data) return <RowsSkeleton rows={4} />;
  return (
    <article className={classes.evidence} aria-label={t("notes.versionLine", { text: version })}>
      <h3 className={classes.name}>
        {t("notes.versionLine", { text: version })} {data.title}
      </h3>
      {data.body.trim() === "" ? <p className={classes.small}>{t("notes.blank")}</p> : <Markdown text={data.body} />}
    </article>
  );
}
