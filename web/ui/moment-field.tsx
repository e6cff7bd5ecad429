import { TextInput } from "@mantine/core";
import { instantOfWallClock, wallClockOf, zoneLabel } from "./clock.ts";
import { useClock } from "./use-clock.tsx";

type MomentProps = {
  readonly label: string;
  /** As typed: a reading of the wall clock in the viewer's zone; "" = none. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly isRequired?: boolean;
  readonly description?: string;
};

/** A moment on the clock of the viewer's zone, which the label names. */
export function MomentField({ label, value, onChange, isRequired = false, description }: MomentProps) {
  const { zone } = useClock();
  return (
    <TextInput
      type="datetime-local"
      step={1}
      label={`${label} · ${zoneLabel(zone)}`}
      {...(description === undefined ? {} : { description })}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      required={isRequired}
      withAsterisk={false}
    />
  );
}

/** Between what a field holds and an instant, both in the viewer's zone. */
export function useMoments(): { toField(at: string | number | null): string; toInstant(value: string): string | null } {
  const { zone } = useClock();
  return {
    toField: (at) => (at === null ? "" : wallClockOf(at, zone)),
    toInstant: (value) => {
      const ms = value === "" ? Number.NaN : instantOfWallClock(value, zone);
      return Number.isNaN(ms) ? null : new Date(ms).toISOString();
    },
  };
}
