import { useTranslation } from "react-i18next";
import type { AlertDetail } from "../../../api/alerts.ts";
import { formatCount } from "../../../ui/figures.ts";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./alert-panel.module.css";

type Entry = AlertDetail["history"][number];

/** Who changed what and when, newest first; what was taken back is struck through, not hidden. */
export function AlertHistory({ history }: { readonly history: AlertDetail["history"] }) {
  const { t } = useTranslation("alerts");
  if (history.length === 0) return null;
  return (
    <section className={classes.section} aria-label={t("panel.history")}>
      <h3>{t("panel.history")}</h3>
      <ol className={classes.plain}>
        {history.map((entry) => (
          <li key={entry.changeId} className={classes.entry} data-undone={entry.isUndone || undefined}>
            <ul className={classes.plain}>
              {entry.changes.map((change) => (
                <li key={change.field}>
                  <Change change={change} />
                </li>
              ))}
            </ul>
            <p className={classes.small}>
              {entry.actor.name} · <Instant at={entry.at} />
              {entry.together > 1
                ? ` · ${t("history.together", { count: entry.together, text: formatCount(entry.together) })}`
                : ""}
              {entry.isUndo ? ` · ${t("history.undo")}` : ""}
              {entry.isUndone ? ` · ${t("history.undone")}` : ""}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Change({ change: { field, before, after } }: { readonly change: Entry["changes"][number] }) {
  const { t } = useTranslation(["alerts", "monitor"]);
  const read = (value: string | null) => {
    if (value === null || value === "") return t("alerts:history.none");
    if (field === "status" || field === "disposition") return t(`monitor:${field}.${value}`, { defaultValue: value });
    return field === "expertSeverity" ? t(`monitor:severity.${value}`, { defaultValue: value }) : value;
  };
  if (field === "note") return <>{t("alerts:history.note")}</>;
  return (
    <>
      {t(`alerts:history.field.${field}`)}: {before === null ? "" : `${read(before)} → `}
      <strong>{read(after)}</strong>
    </>
  );
}
