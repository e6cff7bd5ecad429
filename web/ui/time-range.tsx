import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Segments } from "../ui/segments.tsx";
import { formatMinute, instantOfWallClock, wallClockOf, zoneLabel } from "./clock.ts";
import { ChevronDownIcon, ClockIcon } from "./icons.ts";
import { LatePopover } from "./late-popover.tsx";
import classes from "./time-range.module.css";
import { offeredZones, useClock } from "./use-clock.tsx";

const QUICK = ["now-15m", "now-1h", "now-4h", "now-24h", "now-7d", "now-30d", "now-90d"] as const;
const UNITS: Readonly<Record<string, number>> = { s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5 };

type Range = { readonly from: string; readonly to: string };
type TimeRangeProps = Range & { readonly onChange: (range: Range) => void };

/** The instant that `now`, `now-15m` or an ISO text means at `nowMs`; NaN when it is neither. */
export function instantOf(text: string, nowMs: number): number {
  if (text === "now") return nowMs;
  const [, count, unit] = /^now-(\d+)([smhdw])$/.exec(text) ?? [];
  return count && unit ? nowMs - Number(count) * (UNITS[unit] ?? 0) : Date.parse(text);
}

/** First what time: quick ranges, or an exact one on the clock of the chosen zone. */
export function TimeRange({ from, to, onChange }: TimeRangeProps) {
  const { t } = useTranslation("search");
  const { zone } = useClock();
  const [isOpen, setOpen] = useState(false);
  const label = useRangeLabel()({ from, to });
  const choose = (range: Range) => {
    setOpen(false);
    onChange(range);
  };
  return (
    <LatePopover
      label={t("time.title")}
      isOpen={isOpen}
      onOpen={setOpen}
      position="bottom-start"
      width={480}
      button={
        <Button
          variant="default"
          leftSection={<ClockIcon size={16} stroke={1.7} />}
          rightSection={<ChevronDownIcon size={14} />}
        >
          {label}
        </Button>
      }
    >
      <div className={classes.panel}>
        <div className={classes.quick}>
          {QUICK.map((quick) => (
            <button
              key={quick}
              type="button"
              className={classes.choice}
              aria-pressed={from === quick && to === "now"}
              onClick={() => choose({ from: quick, to: "now" })}
            >
              {t(`time.${quick}`)}
            </button>
          ))}
        </div>
        <ExactRange key={zone} from={from} to={to} onChange={choose} />
      </div>
    </LatePopover>
  );
}

function ExactRange({ from, to, onChange }: TimeRangeProps) {
  const { t } = useTranslation("search");
  const { zone, setZone } = useClock();
  const [start, setStart] = useState(() => wallClockOf(instantOf(from, Date.now()), zone));
  const [end, setEnd] = useState(() => wallClockOf(instantOf(to, Date.now()), zone));
  const [startMs, endMs] = [instantOfWallClock(start, zone), instantOfWallClock(end, zone)];
  const isValid = startMs < endMs;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isValid) onChange({ from: new Date(startMs).toISOString(), to: new Date(endMs).toISOString() });
  };
  return (
    <form className={classes.exact} onSubmit={submit}>
      <Segments
        isWide
        aria-label={t("time.zone")}
        value={zone}
        onChange={setZone}
        data={offeredZones().map((value) => ({ value, label: zoneLabel(value) }))}
      />
      <TextInput
        type="datetime-local"
        step={1}
        label={t("time.from", { zone: zoneLabel(zone) })}
        value={start}
        onChange={(event) => setStart(event.currentTarget.value)}
      />
      <TextInput
        type="datetime-local"
        step={1}
        label={t("time.to", { zone: zoneLabel(zone) })}
        value={end}
        onChange={(event) => setEnd(event.currentTarget.value)}
        error={isValid ? undefined : t("time.backwards")}
      />
      <Button type="submit" size="xs" disabled={!isValid}>
        {t("time.apply")}
      </Button>
    </form>
  );
}

/** `Last 24 hours`, or both ends on the viewer's clock. */
export function useRangeLabel(): (range: Range) => string {
  const { t } = useTranslation("search");
  const { zone } = useClock();
  return ({ from, to }) => {
    if (to === "now" && QUICK.some((quick) => quick === from)) return t(`time.${from}`);
    const end = (text: string) => (text.startsWith("now") ? text : formatMinute(text, zone));
    return `${end(from)} – ${end(to)} ${from.startsWith("now") && to.startsWith("now") ? "" : zoneLabel(zone)}`.trim();
  };
}
