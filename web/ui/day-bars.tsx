import classes from "./day-bars.module.css";
import { formatCount } from "./figures.ts";

export type Day = { readonly day: string; readonly count: number };
const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [960, 180, 64, 8, 10, 24];

/** Counts per UTC day, oldest first. */
export function DayBars({ days, label }: { readonly days: readonly Day[]; readonly label: string }) {
  const most = Math.max(1, ...days.map(({ count }) => count));
  const step = (WIDTH - LEFT - RIGHT) / Math.max(days.length, 1);
  const y = (count: number): number => HEIGHT - BOTTOM - (count / most) * (HEIGHT - BOTTOM - TOP);
  const every = Math.ceil(days.length / 10);
  return (
    <svg className={classes.chart} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <title>{label}</title>
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <line className={classes.grid} x1={LEFT} x2={WIDTH - RIGHT} y1={y(most * share)} y2={y(most * share)} />
          {most * share === Math.round(most * share) ? (
            <text className={classes.tick} x={LEFT - 8} y={y(most * share) + 4} textAnchor="end">
              {formatCount(most * share)}
            </text>
          ) : null}
        </g>
      ))}
      {days.map(({ day, count }, i) => (
        <g key={day}>
          <rect
            className={classes.bar}
            x={LEFT + i * step + step * 0.1}
            y={y(count)}
            width={Math.max(1, step * 0.8)}
            height={HEIGHT - BOTTOM - y(count)}
          />
          {i % every === 0 ? (
            <text className={classes.tick} x={LEFT + (i + 0.5) * step} y={HEIGHT - 6} textAnchor="middle">
              {day.slice(5).replace("-", "/")}
            </text>
          ) : null}
        </g>
      ))}
    </svg>
  );
}
