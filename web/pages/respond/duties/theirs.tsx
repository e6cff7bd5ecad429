import { useTranslation } from "react-i18next";
import { isProblem } from "../../../api/client.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import classes from "./duties.module.css";

/** An error; of a collision also what the other person wrote, so that both can be brought together. */
export function Collision({ error }: { readonly error: unknown }) {
  const { t } = useTranslation("duties");
  const rowsOf = useRows();
  if (!error) return null;
  const theirs = isProblem(error, "conflict") ? error.facts.theirs : undefined;
  return (
    <>
      <ProblemNote error={error} />
      {typeof theirs === "object" && theirs !== null ? (
        <details className={classes.theirs}>
          <summary>{t("theirs")}</summary>
          <dl>
            {rowsOf(theirs).map(([label, value]) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd className={classes.prose}>{value}</dd>
              </div>
            ))}
          </dl>
        </details>
      ) : null}
    </>
  );
}

/** Parts of a record that only the program reads. */
const HIDDEN: ReadonlySet<string> = new Set(["pending", "daysOff", "change", "removed"]);
const FIELDS: ReadonlySet<string> = new Set([
  "outline",
  "items",
  "persons",
  "cause",
  "damage",
  "response",
  "publication",
  "prevention",
  "other",
  "contact",
  "delay",
  "malicious",
  "border",
  "indicators",
]);
const MAX_ROWS = 60;

/** A record as pairs of a label in the reader's language and a text; lists and what is within a part follow it line by line. */
function useRows(): (record: object) => [label: string, value: string][] {
  const { t } = useTranslation("duties");
  const labelOf = (key: string): string =>
    FIELDS.has(key)
      ? t(`report.field.${key}`)
      : t(`change.${key}`, {
          defaultValue: t(`fact.${key}`, {
            defaultValue: t(`field.${key}`, {
              defaultValue: t(`stage.${key}`, { defaultValue: t(`standing.${key}`, { defaultValue: key }) }),
            }),
          }),
        });
  const textOf = (value: unknown): string => {
    if (typeof value === "string") return t(`answer.${value}`, { defaultValue: value });
    if (typeof value === "boolean") return t(value ? "answer.yes" : "answer.no");
    if (value === null || value === undefined) return "–";
    if (Array.isArray(value)) return value.length === 0 ? "–" : value.map(textOf).join("\n");
    if (typeof value === "object")
      return Object.entries(value)
        .filter(([key]) => !HIDDEN.has(key))
        .map(([key, part]) => `${key === "ja" || key === "en" ? t(`draft.${key}`) : labelOf(key)}: ${textOf(part)}`)
        .join("\n");
    return String(value);
  };
  return (record) =>
    Object.entries(record)
      .filter(([key]) => !HIDDEN.has(key))
      .slice(0, MAX_ROWS)
      .map(([key, value]) => [key === "ja" || key === "en" ? t(`draft.${key}`) : labelOf(key), textOf(value)]);
}
