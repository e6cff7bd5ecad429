import { type ReactNode, useId } from "react";
import classes from "./segments.module.css";

type SegmentsProps<Value extends string> = {
  readonly "aria-label"?: string;
  readonly "aria-labelledby"?: string;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly data: readonly { readonly value: Value; readonly label: ReactNode }[];
  /** As wide as what is around it. */
  readonly isWide?: boolean;
};

/** One of a few, all in sight: native radio buttons, so that arrows, labels and forms work as everywhere. */
export function Segments<Value extends string>({ value, onChange, data, isWide, ...named }: SegmentsProps<Value>) {
  const name = useId();
  return (
    <div role="radiogroup" {...named} className={classes.group} data-wide={isWide || undefined}>
      {data.map((one) => (
        <label key={one.value} className={classes.one}>
          <input
            type="radio"
            name={name}
            value={one.value}
            checked={one.value === value}
            onChange={() => onChange(one.value)}
            className={classes.radio}
          />
          {one.label}
        </label>
      ))}
    </div>
  );
}
