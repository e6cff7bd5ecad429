import { useTranslation } from "react-i18next";
import type { DutyCase } from "../../../api/duties.ts";
import { Section } from "../../../ui/page.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { ChangeRows } from "./change-rows.tsx";
import classes from "./duties.module.css";

const SHOWN = 100;

/** Everything recorded in this case, newest first. Nothing of it can be changed. */
export function CaseHistory({ duties }: { readonly duties: DutyCase }) {
  const { t } = useTranslation("duties");
  if (duties.history.length === 0) return null;
  return (
    <Section title={t("history.title")}>
      <ol className={classes.plain} reversed>
        {duties.history.slice(0, SHOWN).map((one) => (
          <li key={one.seq}>
            {one.seq}. {t(`history.kind.${one.kind}`)}{" "}
            <span className={classes.small}>
              {one.isPending ? `${t("known.state.pending")} · ` : ""}
              {one.by} · <Instant at={one.at} />
            </span>
            <ChangeRows rows={one.rows} isCompared={false} />
          </li>
        ))}
      </ol>
    </Section>
  );
}
