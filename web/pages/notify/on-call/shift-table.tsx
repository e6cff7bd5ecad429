import { useTranslation } from "react-i18next";
import type { Rota } from "../../../api/on-call.ts";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "../notify.module.css";
import { OnCallName } from "./on-call-name.tsx";

/** The calendar's twin: every shift with its exact beginning and end. */
export function ShiftTable({ rota }: { readonly rota: Rota }) {
  const { t } = useTranslation("notify");
  return (
    <div className={classes.scroll}>
      <table className={classes.table} aria-label={t("rota.shifts", { name: rota.content.name })}>
        <thead>
          <tr>
            {(["from", "to", "who"] as const).map((name) => (
              <th key={name} scope="col">
                {t(`rota.column.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rota.shifts.map((shift) => (
            <tr key={shift.startsAt}>
              <td>
                <Instant at={shift.startsAt} />
              </td>
              <td>
                <Instant at={shift.endsAt} />
              </td>
              <td>
                <OnCallName rota={rota} person={shift.person} />
                {shift.overrideId ? ` (${t("override.standsIn")})` : ""}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
