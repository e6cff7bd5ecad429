import { useTranslation } from "react-i18next";
import { MEASURES, type ResponseTimes } from "../../../api/crisis.ts";
import { Figure } from "../../../ui/figure.tsx";
import classes from "../crisis/crisis.module.css";
import { formatDuration } from "../crisis/duration.ts";
import times from "./response-times.module.css";

type Months = ResponseTimes["months"];
const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [960, 220, 90, 16, 12, 28];

/** Medians month by month: four lines told apart by colour, dash and word, and a table of the same. */
export function Trend({ months }: { readonly months: Months }) {
  const { t } = useTranslation("crisis");
  return <Figure title={t("times.trend")} chart={<Lines months={months} />} table={<Rows months={months} />} />;
}

function Lines({ months }: { readonly months: Months }) {
  const { t } = useTranslation("crisis");
  const most = Math.max(60_000, ...months.flatMap((month) => MEASURES.map((name) => month[name].medianMs ?? 0)));
  const step = months.length > 1 ? (WIDTH - LEFT - RIGHT) / (months.length - 1) : 0;
  const x = (i: number): number => (months.length > 1 ? LEFT + i * step : (LEFT + WIDTH - RIGHT) / 2);
  const y = (ms: number): number => HEIGHT - BOTTOM - (ms / most) * (HEIGHT - BOTTOM - TOP);
  const label = t("times.trendLabel", { from: months[0]?.month ?? "", to: months.at(-1)?.month ?? "" });
  const every = Math.ceil(months.length / 8);
  return (
    <>
      <svg className={classes.chart} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        <title>{label}</title>
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line className={classes.grid} x1={LEFT} x2={WIDTH - RIGHT} y1={y(most * share)} y2={y(most * share)} />
            <text className={classes.tick} x={LEFT - 8} y={y(most * share) + 4} textAnchor="end">
              {formatDuration(most * share, t)}
            </text>
          </g>
        ))}
        {months.map(({ month }, i) =>
          i % every === 0 ? (
            <text
              key={month}
              className={classes.tick}
              x={x(i)}
              y={HEIGHT - 8}
              textAnchor={months.length > 1 && i === months.length - 1 ? "end" : "middle"}
            >
              {month}
            </text>
          ) : null,
        )}
        {MEASURES.map((name) => {
          const points = months.flatMap((month, i) => {
            const { medianMs } = month[name];
            return medianMs === null ? [] : [{ month: month.month, cx: x(i), cy: y(medianMs) }];
          });
          return (
            <g key={name} data-measure={name} className={times.series}>
              <polyline points={points.map(({ cx, cy }) => `${cx.toFixed(1)},${cy.toFixed(1)}`).join(" ")} />
              {points.map(({ month, cx, cy }) => (
                <circle key={month} cx={cx} cy={cy} r={4} />
              ))}
            </g>
          );
        })}
      </svg>
      <ul className={times.legend}>
        {MEASURES.map((name) => (
          <li key={name}>
            <svg width="34" height="10" aria-hidden="true" data-measure={name} className={times.series}>
              <polyline points="0,5 34,5" />
            </svg>
            {t(`measure.${name}`)}
          </li>
        ))}
      </ul>
    </>
  );
}

function Rows({ months }: { readonly months: Months }) {
  const { t } = useTranslation("crisis");
  return (
    <table className={classes.points}>
      <thead>
        <tr>
          <th scope="col">{t("column.month")}</th>
          <th scope="col">{t("column.incidents")}</th>
          {MEASURES.map((name) => (
            <th key={name} scope="col">
              {t(`measure.${name}`)} {t("times.median")} / {t("times.p90")}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {months.map((row) => (
          <tr key={row.month}>
            <th scope="row">{row.month}</th>
            <td>{row.incidents}</td>
            {MEASURES.map((name) => (
              <td key={name}>
                {formatDuration(row[name].medianMs, t)} / {formatDuration(row[name].p90Ms, t)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
