import classes from "./meters.module.css";

type SparklineProps = {
  readonly values: readonly number[];
  readonly label: string;
  readonly width?: number;
  readonly height?: number;
};

/** Small bars, oldest first. The label says in words what they show. */
export function Sparkline({ values, label, width = 120, height = 22 }: SparklineProps) {
  const top = Math.max(1, ...values);
  const step = width / Math.max(values.length, 1);
  return (
    <svg
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      className={classes.sparkline}
    >
      <title>{label}</title>
      {values.map((value, i) => {
        const size = value === 0 ? 1 : Math.max(2, (value / top) * height);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place in time
            key={i}
            x={i * step}
            y={height - size}
            width={Math.max(1, step - 0.6)}
            height={size}
            data-empty={value === 0 || undefined}
          />
        );
      })}
    </svg>
  );
}
