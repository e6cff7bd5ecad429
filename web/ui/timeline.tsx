import { useElementSize } from "@mantine/hooks";
import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { formatMinute, partsOf, type Zone } from "./clock.ts";
import { formatCount } from "./figures.ts";
import classes from "./timeline.module.css";

export type Bucket = {
  readonly start: string;
  readonly end: string;
  readonly total: number;
  readonly counts: readonly number[];
};
type TimelineProps = {
  readonly label: string;
  readonly buckets: readonly Bucket[];
  /** One CSS colour per entry of `counts`, drawn from the bottom up. */
  readonly colors: readonly string[];
  readonly zone: Zone;
  readonly height?: number;
  /** What one bar says, for the tooltip and for screen readers. */
  readonly describe: (bucket: Bucket) => string;
  readonly onZoom: (from: string, to: string) => void;
};

const AXIS = 18;
const LEFT = 44;

/**
 * Counts over time. Drag to zoom; with the keyboard: arrows move, Shift and arrows select, Enter zooms. To screen readers it
 * is a slider over the bars.
 */
export function Timeline({ label, buckets, colors, zone, height = 96, describe, onZoom }: TimelineProps) {
  const { ref, width } = useElementSize();
  const [cursor, setCursor] = useState<{ anchor: number; at: number }>();
  const [isDragging, setDragging] = useState(false);
  const inner = Math.max(width - LEFT, 1);
  const step = inner / Math.max(buckets.length, 1);
  const top = niceTop(Math.max(1, ...buckets.map(({ total }) => total)));
  const plot = height - AXIS;
  const last = buckets.length - 1;
  const selected = cursor
    ? ([Math.min(cursor.anchor, cursor.at), Math.max(cursor.anchor, cursor.at)] as const)
    : undefined;
  const shown = cursor ? buckets[cursor.at] : undefined;

  const zoomTo = (first: number, final: number) => {
    const [from, to] = [buckets[first]?.start, buckets[final]?.end];
    setCursor(undefined);
    if (from && to) onZoom(from, to);
  };
  const indexAt = (event: PointerEvent) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - LEFT;
    return Math.min(last, Math.max(0, Math.floor(x / step)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const now = cursor ?? { anchor: last, at: last + 1 };
    const move = { ArrowLeft: -1, ArrowRight: 1, Home: -last, End: last, PageUp: -10, PageDown: 10 }[event.key];
    if (move !== undefined) {
      event.preventDefault();
      const at = Math.min(last, Math.max(0, now.at + move));
      setCursor({ at, anchor: event.shiftKey && cursor ? now.anchor : at });
    } else if (event.key === "Enter" && selected) {
      event.preventDefault();
      zoomTo(...selected);
    } else if (event.key === "Escape" && cursor) {
      event.stopPropagation();
      setCursor(undefined);
    }
  };

  return (
    <div
      ref={ref}
      className={classes.timeline}
      style={{ height }}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(last, 0)}
      aria-valuenow={cursor?.at ?? Math.max(last, 0)}
      aria-valuetext={shown ? describe(shown) : label}
      onKeyDown={onKeyDown}
      onBlur={() => setCursor(undefined)}
      onPointerDown={(event) => {
        if (event.button !== 0 || buckets.length === 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDragging(true);
        setCursor({ anchor: indexAt(event), at: indexAt(event) });
      }}
      onPointerMove={(event) => {
        if (buckets.length === 0) return;
        const at = indexAt(event);
        setCursor((now) => ({ at, anchor: isDragging ? (now?.anchor ?? at) : at }));
      }}
      onPointerUp={() => {
        setDragging(false);
        if (selected && isDragging) zoomTo(...selected);
      }}
      onPointerLeave={() => {
        if (!isDragging) setCursor(undefined);
      }}
    >
      {width > 0 ? (
        <svg width={width} height={height} aria-hidden="true">
          {[1, 0.5].map((part) => (
            <g key={part}>
              <line
                x1={LEFT}
                x2={width}
                y1={plot * (1 - part) + 0.5}
                y2={plot * (1 - part) + 0.5}
                className={classes.grid}
              />
              <text x={LEFT - 6} y={plot * (1 - part) + (part === 1 ? 9 : 4)} className={classes.scale}>
                {shortCount(top * part)}
              </text>
            </g>
          ))}
          {selected ? (
            <rect
              x={LEFT + selected[0] * step}
              width={(selected[1] - selected[0] + 1) * step}
              y={0}
              height={plot}
              className={classes.selection}
            />
          ) : null}
          {buckets.map((bucket, i) => (
            <Bar
              key={bucket.start}
              bucket={bucket}
              colors={colors}
              x={LEFT + i * step}
              width={Math.max(1, step - (step > 4 ? 1 : 0))}
              plot={plot}
              top={top}
            />
          ))}
          <line x1={LEFT} x2={width} y1={plot + 0.5} y2={plot + 0.5} className={classes.base} />
          {ticksOf(buckets, inner, zone).map(({ index, text }) => (
            <text key={index} x={LEFT + index * step} y={height - 4} className={classes.tick}>
              {text}
            </text>
          ))}
        </svg>
      ) : null}
      {shown && cursor ? (
        <div
          className={classes.tip}
          style={
            cursor.at > last / 2
              ? { right: width - (LEFT + cursor.at * step) + 4 }
              : { left: LEFT + (cursor.at + 1) * step + 4 }
          }
        >
          {describe(shown)}
        </div>
      ) : null}
    </div>
  );
}

type BarProps = { bucket: Bucket; colors: readonly string[]; x: number; width: number; plot: number; top: number };

function Bar({ bucket, colors, x, width, plot, top }: BarProps) {
  let y = plot;
  return bucket.counts.map((count, group) => {
    if (count === 0) return null;
    // One event among millions must still be seen.
    const height = Math.max((count / top) * plot, 1);
    y -= height;
    // biome-ignore lint/suspicious/noArrayIndexKey: a group is its place
    return <rect key={group} x={x} y={y} width={width} height={height} fill={colors[group] ?? "var(--y-series-6)"} />;
  });
}

/** 1, 2 or 5 times a power of ten, at or above the largest count. */
function niceTop(largest: number): number {
  const power = 10 ** Math.floor(Math.log10(largest));
  return ([1, 2, 5, 10].find((times) => times * power >= largest) ?? 10) * power;
}

function shortCount(count: number): string {
  if (count >= 1e9) return `${count / 1e9}G`;
  if (count >= 1e6) return `${count / 1e6}M`;
  return count >= 1e4 ? `${count / 1e3}k` : formatCount(count);
}

/** Where the axis names a time: about every 110 pixels, with the date where a day begins. */
function ticksOf(buckets: readonly Bucket[], width: number, zone: Zone): { index: number; text: string }[] {
  const every = Math.max(1, Math.ceil(buckets.length / Math.max(1, Math.floor(width / 110))));
  const first = buckets[0];
  const final = buckets.at(-1);
  if (!first || !final) return [];
  const isLong = Date.parse(final.end) - Date.parse(first.start) > 3 * 864e5;
  let day = "";
  return buckets.flatMap(({ start }, index) => {
    if (index % every !== 0 || index > buckets.length - every / 2) return [];
    const p = partsOf(start, zone);
    const date = `${p.month}/${p.day}`;
    const text = isLong
      ? `${date} ${p.hour}:${p.minute}`
      : date === day
        ? `${p.hour}:${p.minute}`
        : `${date} ${p.hour}:${p.minute}`;
    day = date;
    return [{ index, text }];
  });
}

/** `2026/11/22 21:10 – 21:15`. */
export function bucketRange({ start, end }: Bucket, zone: Zone): string {
  const [from, to] = [formatMinute(start, zone), formatMinute(end, zone)];
  return `${from} – ${to.slice(0, 10) === from.slice(0, 10) ? to.slice(11) : to}`;
}
