import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type DutyCase, decideChange, type PendingChange } from "../../../api/duties.ts";
import { currentLanguage } from "../../../app/i18n.ts";
import { Section } from "../../../ui/page.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { ChangeRows } from "./change-rows.tsx";
import classes from "./duties.module.css";
import { Collision } from "./theirs.tsx";
import { useRecord } from "./use-duty-case.ts";

/** Changes that make a deadline later wait here for a second person; until then the earlier deadline holds. */
export function PendingPanel({ duties }: { readonly duties: DutyCase }) {
  const { t } = useTranslation("duties");
  if (duties.pending.length === 0) return null;
  return (
    <Section title={t("pending.title")}>
      <ul className={classes.plain}>
        {duties.pending.map((change) => (
          <Waiting key={change.seq} change={change} duties={duties} />
        ))}
      </ul>
    </Section>
  );
}

function Waiting({ change, duties }: { readonly change: PendingChange; readonly duties: DutyCase }) {
  const { t } = useTranslation("duties");
  const language = currentLanguage();
  const { incidentId, version } = duties;
  const decide = useRecord(incidentId, (decision: "confirm" | "withdraw") =>
    decideChange(incidentId, { version, seq: change.seq, decision }),
  );
  return (
    <li className={classes.warning}>
      <p>
        <strong>{t(`pending.kind.${change.kind}`)}</strong> – {change.by} · <Instant at={change.at} />
      </p>
      <ChangeRows rows={change.rows} isCompared />
      <p>{t("pending.effects")}</p>
      <ul>
        {change.effects.map((effect) => (
          <li key={effect.clock}>
            {effect.name[language]}: {effect.before ? <Instant at={effect.before} /> : t("pending.noNumber")} →{" "}
            {effect.after ? <Instant at={effect.after} /> : t("pending.falls")}
          </li>
        ))}
      </ul>
      <p className={classes.small}>{change.isSuperseded ? t("pending.superseded") : t("pending.hint")}</p>
      <Collision error={decide.error} />
      <div className={classes.row}>
        {change.mayConfirm ? (
          <Button size="xs" loading={decide.isPending} onClick={() => decide.mutate("confirm")}>
            {t("pending.confirm")}
          </Button>
        ) : null}
        {change.mayWithdraw ? (
          <Button size="xs" variant="default" loading={decide.isPending} onClick={() => decide.mutate("withdraw")}>
            {t("pending.withdraw")}
          </Button>
        ) : null}
      </div>
    </li>
  );
}
