import { useTranslation } from "react-i18next";
import type { RetentionOverview } from "../../../api/retention.ts";
import { Figure } from "../../../ui/figure.tsx";
import { formatBytes, formatCount, formatShare } from "../../../ui/figures.ts";
import { AlertTriangleIcon } from "../../../ui/icons.ts";
import classes from "./retention.module.css";

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [720, 190, 76, 24, 12];
const MARKS = [0, 30, 90, 180, 365];

type Props = { readonly overview: RetentionOverview };

/** What the events will take on disk, against what the disk has. */
export function Forecast({ overview }: Props) {
  const { t } = useTranslation("retention");
  const { total, ratio, forecast } = overview;
  const { disk, sizes, unknown } = forecast;
  return (
    <>
      {disk?.fullInDays != null ? (
        <p className={classes.warning}>
          <AlertTriangleIcon size={16} aria-hidden /> {t("forecast.full", { count: disk.fullInDays })}
        </p>
      ) : null}
      <dl className={classes.tiles}>
        <Tile name={t("column.events")} value={formatCount(total.events)} />
        <Tile
          name={t("column.disk")}
          value={formatBytes(total.diskBytes)}
          note={ratio === null ? "" : t("forecast.ratio", { text: formatShare(ratio) })}
        />
        <Tile name={t("forecast.in", { count: 30 })} value={formatBytes(sizes.in30)} />
        <Tile name={t("forecast.in", { count: 365 })} value={formatBytes(sizes.in365)} />
        <Tile name={t("column.steady")} value={sizes.steady === null ? t("endless") : formatBytes(sizes.steady)} />
        {disk ? (
          <Tile
            name={t("forecast.free")}
            value={formatBytes(disk.freeBytes)}
            note={t("forecast.of", { text: formatBytes(disk.totalBytes) })}
          />
        ) : null}
      </dl>
      <Figure
        title={t("forecast.title")}
        note={[t("forecast.note"), unknown > 0 ? t("forecast.unknown", { count: unknown }) : ""]
          .filter(Boolean)
          .join(" ")}
        chart={<Curve overview={overview} />}
        table={<Points overview={overview} />}
      />
    </>
  );
}

function Tile({ name, value, note }: { readonly name: string; readonly value: string; readonly note?: string }) {
  return (
    <div className={classes.tile}>
      <dt>{name}</dt>
      <dd>
        {value}
        {note ? <small>{note}</small> : null}
      </dd>
    </div>
  );
}

/** The room there is: what events take now and what is free. Drawn only where the curve comes near it. */
function roomOf({ total, forecast }: RetentionOverview): number | undefined {
  return forecast.disk ? total.diskBytes + forecast.disk.freeBytes : undefined;
}

function Curve({ overview }: Props) {
  const { t } = useTranslation("retention");
  const { points } = overview.forecast;
  const most = Math.max(1, ...points.map(({ bytes }) => bytes));
  const room = roomOf(overview);
  const isNear = room !== undefined && room < most * 3;
  const top = isNear ? Math.max(most, room) * 1.05 : most * 1.1;
  const x = (day: number): number => LEFT + (day / 365) * (WIDTH - LEFT - 12);
  const y = (bytes: number): number => HEIGHT - BOTTOM - (bytes / top) * (HEIGHT - BOTTOM - TOP);
  const line = points.map(({ day, bytes }) => `${x(day).toFixed(1)},${y(bytes).toFixed(1)}`).join(" ");
  const label = t("forecast.label", {
    now: formatBytes(points[0]?.bytes ?? 0),
    year: formatBytes(points.at(-1)?.bytes ?? 0),
  });
  return (
    <svg className={classes.chart} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <title>{label}</title>
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <line className={classes.grid} x1={LEFT} x2={WIDTH - 12} y1={y(most * share)} y2={y(most * share)} />
          <text className={classes.tick} x={LEFT - 8} y={y(most * share) + 4} textAnchor="end">
            {formatBytes(Math.round(most * share))}
          </text>
        </g>
      ))}
      {MARKS.map((day) => (
        <text key={day} className={classes.tick} x={x(day)} y={HEIGHT - 6} textAnchor={day === 365 ? "end" : "middle"}>
          {day === 0 ? t("forecast.today") : t("days", { count: day })}
        </text>
      ))}
      <polygon className={classes.area} points={`${x(0)},${y(0)} ${line} ${x(365)},${y(0)}`} />
      <polyline className={classes.curve} points={line} />
      {isNear ? (
        <>
          <line className={classes.room} x1={LEFT} x2={WIDTH - 12} y1={y(room)} y2={y(room)} />
          <text className={classes.roomText} x={LEFT + 6} y={y(room) - 5}>
            {t("forecast.room", { text: formatBytes(room) })}
          </text>
        </>
      ) : null}
    </svg>
  );
}

function Points({ overview }: Props) {
  const { t } = useTranslation("retention");
  return (
    <table className={classes.points}>
      <thead>
        <tr>
          <th scope="col">{t("forecast.when")}</th>
          <th scope="col">{t("column.disk")}</th>
        </tr>
      </thead>
      <tbody>
        {overview.forecast.points.map(({ day, bytes }) => (
          <tr key={day}>
            <th scope="row">{day === 0 ? t("forecast.today") : t("forecast.in", { count: day })}</th>
            <td>{formatBytes(bytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
