import { formatMinute, zoneLabel } from "./clock.ts";
import { FilterChip } from "./filter-chip.tsx";
import { useClock } from "./use-clock.tsx";

type SpanChipProps = {
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** What lies in the span, such as "Last seen". */
  readonly label: string;
  readonly clearLabel: string;
  readonly onClear: () => void;
};

/** A span of time that an address brought along; nothing without one. */
export function SpanChip({ from, to, label, clearLabel, onClear }: SpanChipProps) {
  const { zone } = useClock();
  if (!from && !to) return null;
  const text = `${label} ${from ? formatMinute(from, zone) : ""} – ${to ? formatMinute(to, zone) : ""} ${zoneLabel(zone)}`;
  return <FilterChip text={text} clearLabel={clearLabel} onClear={onClear} />;
}
