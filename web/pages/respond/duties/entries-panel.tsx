import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type CaseEntry, type DutyCase, removeEntry, takeEntry } from "../../../api/duties.ts";
import { currentLanguage } from "../../../app/i18n.ts";
import { confirm } from "../../../ui/confirm.tsx";
import { Section } from "../../../ui/page.tsx";
import classes from "./duties.module.css";
import { Collision } from "./theirs.tsx";
import { useRecord } from "./use-duty-case.ts";

type Props = { readonly duties: DutyCase };

/** Whom to tell and what must be disclosed, in the versions that the case keeps. */
export function CaseEntries({ duties }: Props) {
  const { t } = useTranslation("duties");
  const language = currentLanguage();
  const take = useRecord(duties.incidentId, ({ id, version }: { id: string; version: number }) =>
    takeEntry(duties.incidentId, { version: duties.version, entryId: id, entryVersion: version }),
  );
  const drop = useRecord(duties.incidentId, ({ id, reason }: { id: string; reason: string }) =>
    removeEntry(duties.incidentId, { version: duties.version, entryId: id, reason }),
  );
  const ask = async ({ id, name }: CaseEntry) => {
    const reason = await confirm({
      title: t("entries.removeTitle", { name: name[language] }),
      body: t("entries.removeHint"),
      action: t("entries.remove"),
      reasonLabel: t("change.reason"),
    });
    if (reason !== undefined) drop.mutate({ id, reason });
  };
  if (duties.entries.length === 0 && duties.others.length === 0) return null;
  return (
    <Section title={t("entries.title")}>
      <Collision error={take.error ?? drop.error} />
      {duties.entries.map((entry) => (
        <details key={entry.id}>
          <summary>
            {entry.name[language]}{" "}
            <span className={classes.small}>{t("entries.version", { version: entry.version })}</span>{" "}
            {entry.newer ? <span className={classes.state}>{t("entries.changed")}</span> : null}
          </summary>
          <EntryWords entry={entry} />
          {entry.newer && duties.mayWrite ? (
            <Button
              size="xs"
              variant="default"
              loading={take.isPending}
              onClick={() => take.mutate({ id: entry.id, version: entry.newer?.version ?? 0 })}
            >
              {t("entries.takeNewer", { version: entry.newer.version })}
            </Button>
          ) : null}
          {duties.mayWrite && duties.knownAt !== null ? (
            <Button size="xs" variant="subtle" loading={drop.isPending} onClick={() => void ask(entry)}>
              {t("entries.remove")}…
            </Button>
          ) : null}
        </details>
      ))}
      {duties.others.map((other) => (
        <p key={other.id} className={classes.row}>
          {other.name[language]} <span className={classes.small}>{t("entries.notInCase")}</span>
          {duties.mayWrite ? (
            <Button size="compact-xs" variant="default" loading={take.isPending} onClick={() => take.mutate(other)}>
              {t("entries.add")}
            </Button>
          ) : null}
        </p>
      ))}
    </Section>
  );
}

function EntryWords({ entry }: { readonly entry: CaseEntry }) {
  const { t } = useTranslation("duties");
  const language = currentLanguage();
  return (
    <div className={classes.form}>
      <p className={classes.small}>
        {t(`category.${entry.category}`)} · {entry.basis}
      </p>
      {entry.newer ? (
        <p className={classes.note}>
          {t("entries.newer", {
            by: entry.newer.setBy,
            version: entry.newer.version,
            fields: entry.newer.changed.map((field) => t(`field.${field}`, { defaultValue: field })).join(", "),
          })}{" "}
          {entry.newer.isLater ? t("entries.later") : ""}
        </p>
      ) : null}
      {entry.disclose[language] ? <p className={classes.prose}>{entry.disclose[language]}</p> : null}
      {entry.contact ? <p className={classes.prose}>{entry.contact}</p> : null}
    </div>
  );
}
