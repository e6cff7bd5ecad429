import type { ReactNode } from "react";
import classes from "./bar-list.module.css";

export type Bar = {
  readonly id: string;
  readonly label: ReactNode;
  /** null = not known: no bar, and the text says so. */
  readonly value: number | null;
  readonly text: ReactNode;
};

/** Values side by side, each with its name and its figure: a chart that is read aloud as what it says. */
export function BarList({ bars, label }: { readonly bars: readonly Bar[]; readonly label: string }) {
  const top = Math.max(0, ...bars.map(({ value }) => value ?? 0));
  return (
    <ul className={classes.list} aria-label={label}>
      {bars.map(({ id, label: name, value, text }) => (
        <li key={id} className={classes.row}>
          <span className={classes.name}>{name}</span>
          <span className={classes.track} aria-hidden>
            {value !== null && value > 0 ? (
              <span className={classes.bar} style={{ width: `${Math.max(0.5, (value / top) * 100)}%` }} />
            ) : null}
          </span>
          <span className={classes.value} data-unknown={value === null || undefined}>
            {text}
          </span>
        </li>
      ))}
    </ul>
  );
}
