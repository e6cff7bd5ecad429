import { useTranslation } from "react-i18next";
import type { ChangeRow } from "../../../api/duties.ts";
import { currentLanguage } from "../../../app/i18n.ts";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./duties.module.css";

type Row = Omit<ChangeRow, "before"> & { readonly before?: ChangeRow["before"] };

/** What a change says, part by part; of one that waits with what holds now. */
export function ChangeRows({ rows, isCompared }: { readonly rows: readonly Row[]; readonly isCompared: boolean }) {
  const labelOf = useLabel();
  if (rows.length === 0) return null;
  return (
    <dl className={classes.changes}>
      {rows.map((row) => (
        <div key={row.key}>
          <dt>{labelOf(row)}</dt>
          <dd className={classes.prose}>
            {isCompared && row.before !== row.after ? (
              <>
                <Value name={row.key} value={row.before ?? null} /> →{" "}
              </>
            ) : null}
            <Value name={row.key} value={row.after} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function useLabel(): (row: Row) => string {
  const { t } = useTranslation("duties");
  return ({ key, name }) => {
    const [kind = "", ...rest] = key.split(":");
    if (rest.length > 0) return `${t(`change.${kind}`)} – ${name?.[currentLanguage()] ?? rest.join(":")}`;
    return t(`change.${key}`, { defaultValue: t(`fact.${key}`, { defaultValue: key }) });
  };
}

const MOMENTS: ReadonlySet<string> = new Set(["knownAt", "sentAt"]);

function Value({ name, value }: { readonly name: string; readonly value: string | null }) {
  const { t } = useTranslation("duties");
  if (value === null || value === "") return <>{t("answer.none")}</>;
  if (MOMENTS.has(name)) return <Instant at={value} />;
  if (name.startsWith("version:")) return <>{t("entries.version", { version: value })}</>;
  if (name === "change" || name === "filing") return <>{t("history.number", { number: value })}</>;
  return <>{t(`answer.${value}`, { defaultValue: value })}</>;
}
