import { useTranslation } from "react-i18next";
import type { SourceFigures } from "../../../api/sources.ts";
import { formatSpan } from "../../../ui/ago.ts";
import { formatCount } from "../../../ui/figures.ts";
import { Section } from "../../../ui/page.tsx";
import classes from "./sources.module.css";

type Clock = NonNullable<SourceFigures["clock"]>;

const hoursOf = ({ zoneMinutes }: Clock): string => `${zoneMinutes > 0 ? "+" : ""}${zoneMinutes / 60}`;

/** How the sender's clock stands against ours, and what to do about it. */
export function ClockSection({ clock }: { readonly clock: Clock }) {
  const { t, i18n } = useTranslation("sources");
  const { verdict, offsetMs, events } = clock;
  const span = formatSpan(Math.abs(offsetMs), i18n.language);
  const isExact = Math.abs(offsetMs) < 1_000;
  return (
    <Section title={t("clock.title")}>
      <dl className={classes.facts}>
        <dt>{t("clock.off")}</dt>
        <dd>
          {isExact ? t("clock.exact") : t(offsetMs > 0 ? "clock.ahead" : "clock.behind", { span })}{" "}
          <small>{t("clock.measured", { count: events, text: formatCount(events) })}</small>
        </dd>
      </dl>
      <p className={verdict === "ok" || verdict === "late" ? classes.hint : classes.warning}>
        {t(`clock.verdict.${verdict}`, { count: clock.zoneMinutes / 60, text: hoursOf(clock) })}
      </p>
    </Section>
  );
}

/** In the list: a clock that is wrong, in a few words; nothing for the others. */
export function ClockNote({ clock }: { readonly clock: Clock | null | undefined }) {
  const { t, i18n } = useTranslation("sources");
  if (clock == null || clock.verdict === "ok" || clock.verdict === "late") return null;
  const span = formatSpan(Math.abs(clock.offsetMs), i18n.language);
  return (
    <span className={`${classes.minor} ${classes.failing}`}>
      {t(`clock.short.${clock.verdict}`, { hours: hoursOf(clock), span })}
    </span>
  );
}
