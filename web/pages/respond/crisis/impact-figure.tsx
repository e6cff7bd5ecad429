import { NativeSelect } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Crisis } from "../../../api/crisis.ts";
import { Figure } from "../../../ui/figure.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./crisis.module.css";
import { ImpactChart, type Shown } from "./impact-chart.tsx";

/** Harm against time with the limit of what can be borne. Which service is shown lives in the address. */
export function ImpactFigure({ crisis }: { readonly crisis: Crisis }) {
  const { t } = useTranslation("crisis");
  const { service = "" } = useSearch({ strict: false });
  const navigate = useNavigate();
  const shown = useShown(crisis, service);
  if (crisis.services.length === 0)
    return (
      <Figure title={t("impact.title")} chart={<p className={classes.small}>{t("impact.none")}</p>} table={undefined} />
    );
  const minutes = Math.round(shown.minutesOver);
  return (
    <Figure
      title={t("impact.title")}
      aside={
        crisis.services.length > 1 ? (
          <NativeSelect
            size="xs"
            aria-label={t("impact.which")}
            value={service}
            onChange={({ currentTarget: { value } }) =>
              void navigate({
                to: ".",
                search: (now: Record<string, unknown>) => ({ ...now, service: value || undefined }),
              })
            }
            data={[
              { value: "", label: t("impact.worst") },
              ...crisis.services.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        ) : null
      }
      note={[
        t("impact.over", {
          count: minutes,
          text: formatCount(minutes),
          area: formatCount(Math.round(shown.area)),
        }),
        t(service === "" && crisis.services.length > 1 ? "impact.noteWorst" : "impact.note"),
      ].join(" ")}
      chart={<ImpactChart crisis={crisis} shown={shown} />}
      table={<Points shown={shown} />}
    />
  );
}

function useShown(crisis: Crisis, serviceId: string): Shown {
  const { t } = useTranslation("crisis");
  const only = crisis.services.length === 1 ? crisis.services[0] : undefined;
  const one = crisis.services.find(({ id }) => id === serviceId) ?? only;
  if (one) return { name: one.name, points: one.impacts, tolerance: one.tolerance, ...one.over };
  const tolerance = Math.min(100, ...crisis.services.map((each) => each.tolerance));
  return { name: t("impact.worst"), points: crisis.curve.worst, tolerance, ...crisis.curve.over };
}

function Points({ shown }: { readonly shown: Shown }) {
  const { t } = useTranslation("crisis");
  return (
    <table className={classes.points}>
      <caption className={classes.small}>
        {t("impact.caption", { name: shown.name, tolerance: shown.tolerance })}
      </caption>
      <thead>
        <tr>
          <th scope="col">{t("column.from")}</th>
          <th scope="col">{t("column.level")}</th>
          <th scope="col">{t("column.over")}</th>
        </tr>
      </thead>
      <tbody>
        {shown.points.map(({ at, level }) => {
          const count = level - shown.tolerance;
          return (
            <tr key={at}>
              <th scope="row">
                <Instant at={at} />
              </th>
              <td>{level}%</td>
              <td>{count > 0 ? t("impact.by", { count, text: formatCount(count) }) : t("impact.within")}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
