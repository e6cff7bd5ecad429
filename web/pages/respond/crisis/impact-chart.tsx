import { useTranslation } from "react-i18next";
import type { Crisis, StepPoint } from "../../../api/crisis.ts";
import { formatMinute, zoneLabel } from "../../../ui/clock.ts";
import { formatCount } from "../../../ui/figures.ts";
import { useClock } from "../../../ui/use-clock.tsx";
import classes from "./crisis.module.css";

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [960, 260, 64, 16, 30, 30];
const FLOOR = HEIGHT - BOTTOM;

/** What the chart and its table show: one service, or the worst of all. */
export type Shown = {
  readonly name: string;
  readonly points: readonly StepPoint[];
  readonly tolerance: number;
  readonly area: number;
  readonly minutesOver: number;
};

type ChartProps = { readonly crisis: Crisis; readonly shown: Shown };

/** Harm falls from the line of ordinary business, as in the picture it is known from; each value holds until the next. */
export function ImpactChart({ crisis, shown }: ChartProps) {
  const { t } = useTranslation("crisis");
  const { zone } = useClock();
  const from = Date.parse(crisis.curve.from);
  const until = Math.max(Date.parse(crisis.curve.until), from + 60_000);
  const x = (ms: number): number =>
    LEFT + (Math.min(Math.max(ms - from, 0), until - from) / (until - from)) * (WIDTH - LEFT - RIGHT);
  const y = (level: number): number => TOP + (level / 100) * (FLOOR - TOP);
  const line = pathOf(shown, { x, y, until });
  const label = t("impact.label", {
    name: shown.name,
    tolerance: shown.tolerance,
    worst: Math.max(0, ...shown.points.map(({ level }) => level)),
    area: formatCount(Math.round(shown.area)),
  });
  const limit = y(shown.tolerance);
  return (
    <svg className={classes.chart} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <title>{label}</title>
      <defs>
        <clipPath id="beyond-tolerance">
          <rect x={LEFT} y={limit} width={WIDTH - LEFT - RIGHT} height={Math.max(0, FLOOR - limit)} />
        </clipPath>
      </defs>
      {[0, 50, 100].map((level) => (
        <g key={level}>
          <line className={classes.grid} x1={LEFT} x2={WIDTH - RIGHT} y1={y(level)} y2={y(level)} />
          <text className={classes.tick} x={LEFT - 8} y={y(level) + 4} textAnchor="end">
            {level}%
          </text>
        </g>
      ))}
      {[from, (from + until) / 2, until].map((ms, i) => (
        <text
          key={ms}
          className={classes.tick}
          x={x(ms)}
          y={HEIGHT - 8}
          textAnchor={i === 0 ? "start" : i === 1 ? "middle" : "end"}
        >
          {formatMinute(ms, zone)} {i === 2 ? zoneLabel(zone, ms) : ""}
        </text>
      ))}
      <path className={classes.beyond} d={`${line} V${y(0)} H${x(from)} Z`} clipPath="url(#beyond-tolerance)" />
      <path className={classes.curve} d={line} />
      <line className={classes.limit} x1={LEFT} x2={WIDTH - RIGHT} y1={limit} y2={limit} />
      <text
        className={classes.limitText}
        x={WIDTH - RIGHT - 4}
        y={limit > FLOOR - 20 ? limit - 5 : limit + 14}
        textAnchor="end"
      >
        {t("impact.limit", { tolerance: shown.tolerance })}
      </text>
      <PhaseMarks crisis={crisis} x={x} from={from} />
    </svg>
  );
}

type Scale = { readonly x: (ms: number) => number; readonly y: (level: number) => number; readonly until: number };

/** Steps: along the level until the next moment, then straight to the next level. */
function pathOf({ points }: Shown, { x, y, until }: Scale): string {
  const steps = points
    .filter(({ at }) => Date.parse(at) <= until)
    .map(({ at, level }) => `H${x(Date.parse(at)).toFixed(1)} V${y(level).toFixed(1)}`);
  return [`M${LEFT} ${y(0)}`, ...steps, `H${x(until).toFixed(1)}`].join(" ");
}

type MarksProps = { readonly crisis: Crisis; readonly x: (ms: number) => number; readonly from: number };
const MARK_GAP = 16;

/** The standing phases by their numbers, as the list above names them. Those close together share a mark. */
function PhaseMarks({ crisis, x, from }: MarksProps) {
  const marks: { at: number; names: number[] }[] = [];
  const standing = crisis.phases
    .flatMap(({ standing }, i) =>
      standing && Date.parse(standing.at) >= from ? [{ number: i + 1, at: x(Date.parse(standing.at)) }] : [],
    )
    .sort((a, b) => a.at - b.at);
  for (const { number, at } of standing) {
    const last = marks.at(-1);
    if (last && at - last.at < MARK_GAP) last.names.push(number);
    else marks.push({ at, names: [number] });
  }
  return marks.map(({ at, names }) => (
    <g key={names.join()}>
      <line className={classes.mark} x1={at} x2={at} y1={TOP - 8} y2={FLOOR} />
      <text className={classes.markText} x={at} y={TOP - 12} textAnchor={at > WIDTH - 60 ? "end" : "start"}>
        {names.join(", ")}
      </text>
    </g>
  ));
}
