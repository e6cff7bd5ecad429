import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  type DutyRegister,
  type EntryContent,
  type RegisterEntry,
  registerQuery,
  type Template,
} from "../../../api/duties.ts";
import { meQuery } from "../../../api/session.ts";
import { currentLanguage } from "../../../app/i18n.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { Page, Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./duties.module.css";
import { EntryDialog } from "./entry-dialog.tsx";
import { ProfileSection } from "./profile-section.tsx";

type Editing = { readonly content: EntryContent; readonly entry?: RegisterEntry };

/** Whom to tell and what must be disclosed: prepared in peacetime. */
export function DutyRegisterPage() {
  const { t } = useTranslation("duties");
  const { data, error, refetch } = useQuery(registerQuery);
  return (
    <Page
      title={t("register.title")}
      lead={t("register.lead")}
      actions={<Link to="/duties">{t("register.toClocks")}</Link>}
    >
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={8} /> : null}
      {data ? <Register register={data} /> : null}
    </Page>
  );
}

function Register({ register }: { readonly register: DutyRegister }) {
  const { t } = useTranslation("duties");
  const { data: me } = useQuery(meQuery);
  const [editing, setEditing] = useState<Editing>();
  const [showsRetired, setShowsRetired] = useState(false);
  const mayWrite = me?.units.some(({ permissions }) => permissions.includes("incident:write")) === true;
  const used = register.entries.filter(({ retiredReason }) => retiredReason === "");
  const shown = showsRetired ? register.entries : used;
  const columns = useColumns((entry) => setEditing({ content: entry.content, entry }));
  return (
    <>
      {used.length === 0 ? <Empty title={t("register.emptyTitle")}>{t("register.emptyHint")}</Empty> : null}
      {shown.length > 0 ? (
        <DataTable label={t("register.title")} rows={shown} columns={columns} idOf={({ id }) => id} />
      ) : null}
      {register.entries.length > used.length ? (
        <Button size="xs" variant="default" onClick={() => setShowsRetired(!showsRetired)}>
          {showsRetired ? t("register.hideRetired") : t("register.showRetired")}
        </Button>
      ) : null}
      {mayWrite ? <Templates templates={register.templates} onPick={(content) => setEditing({ content })} /> : null}
      <ProfileSection profiles={register.profiles} />
      {editing ? (
        <EntryDialog
          key={editing.entry?.id ?? "new"}
          initial={editing.content}
          entry={editing.entry}
          onClose={() => setEditing(undefined)}
        />
      ) : null}
    </>
  );
}

function useColumns(onEdit: (entry: RegisterEntry) => void): readonly Column<RegisterEntry>[] {
  const { t } = useTranslation("duties");
  const { nameOf } = useUnit();
  const language = currentLanguage();
  return [
    {
      id: "name",
      title: t("field.name"),
      cell: ({ content, retiredReason }) => (
        <>
          {content.name[language]}
          {retiredReason ? (
            <span className={classes.state}> {t("register.retired", { reason: retiredReason })}</span>
          ) : null}
          {content.isDateKnown ? null : <span className={classes.state}> {t("register.noDate")}</span>}
        </>
      ),
    },
    { id: "category", title: t("field.category"), cell: ({ content }) => t(`category.${content.category}`) },
    { id: "stages", title: t("field.stages"), cell: ({ content }) => <Stages content={content} /> },
    { id: "unit", title: t("column.unit"), isMinor: true, cell: ({ unitId }) => nameOf(unitId) },
    {
      id: "set",
      title: t("register.changed"),
      isMinor: true,
      cell: ({ version, setBy, setAt }) => (
        <>
          {t("entries.version", { version })} {setBy} <Instant at={setAt} />
        </>
      ),
    },
    {
      id: "actions",
      title: t("register.actions"),
      width: 90,
      cell: (entry) =>
        entry.mayChange ? (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={t(entry.retiredReason === "" ? "register.editOne" : "register.reviveOne", {
              name: entry.content.name[language],
            })}
            onClick={() => onEdit(entry)}
          >
            {t(entry.retiredReason === "" ? "register.edit" : "register.revive")}
          </Button>
        ) : null,
    },
  ];
}

function Stages({ content }: { readonly content: EntryContent }) {
  const { t } = useTranslation("duties");
  const language = currentLanguage();
  return (
    <ul className={classes.plain}>
      {content.stages.map(({ key, name, limit }) => (
        <li key={key}>
          {name[language]}:{" "}
          {limit ? t(`period.${limit.kind}`, { count: limit.count, text: formatCount(limit.count) }) : t("period.none")}
        </li>
      ))}
    </ul>
  );
}

type TemplatesProps = { readonly templates: readonly Template[]; readonly onPick: (content: EntryContent) => void };

/** Laws and clauses to begin with; each is looked through and saved before anything of it counts. */
function Templates({ templates, onPick }: TemplatesProps) {
  const { t } = useTranslation("duties");
  const language = currentLanguage();
  return (
    <Section title={t("register.templates")}>
      <p className={classes.small}>{t("register.templatesHint")}</p>
      <ul className={classes.plain}>
        {templates.map(({ key, note, content }) => (
          <li key={key} className={classes.row}>
            <Button size="compact-sm" variant="default" onClick={() => onPick(content)}>
              {content.name[language]}
            </Button>
            <span className={classes.small}>{note[language]}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
