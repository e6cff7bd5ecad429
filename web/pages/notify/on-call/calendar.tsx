import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import { CALENDAR_DAYS, type Rota } from "../../../api/on-call.ts";
import { currentLanguage } from "../../../app/i18n.ts";
import { useClock } from "../../../ui/use-clock.tsx";
import { useMinute } from "../../../ui/use-minute.ts";
import classes from "../notify.module.css";
import { daysOf, spanText } from "./days.ts";
import { OnCallName } from "./on-call-name.tsx";

const SERIES = 6;

/** Two weeks at a glance, on the reader's clock. A person has one colour beside the name; who stands in has a broken line. */
export function Calendar({ rota }: { readonly rota: Rota }) {
  const { t } = useTranslation("notify");
  const { zone } = useClock();
  const nowMs = useMinute();
  const language = currentLanguage();
  const people = [...new Set(rota.shifts.map(({ person }) => person.id))].toSorted();
  const weekday = new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" });
  return (
    <ol className={classes.calendar} aria-label={t("rota.shifts", { name: rota.content.name })}>
      {daysOf(rota.shifts, zone, nowMs, CALENDAR_DAYS).map(({ day, shifts }) => (
        <li key={day} className={classes.day}>
          <time dateTime={day} className={classes.dayName}>
            {Number(day.slice(5, 7))}/{Number(day.slice(8))} ({weekday.format(new Date(`${day}T00:00:00Z`))})
          </time>
          {shifts.map(({ shift, from }) => (
            <span
              key={shift.startsAt}
              className={classes.who}
              data-override={shift.overrideId ? true : undefined}
              title={spanText(shift, zone)}
              style={
                { "--series": `var(--y-series-${(people.indexOf(shift.person.id) % SERIES) + 1})` } as CSSProperties
              }
            >
              {from ? `${from} ` : ""}
              <OnCallName rota={rota} person={shift.person} />
              {shift.overrideId ? ` (${t("override.standsIn")})` : ""}
            </span>
          ))}
        </li>
      ))}
    </ol>
  );
}
