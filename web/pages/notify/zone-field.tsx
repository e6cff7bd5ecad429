import { TextInput } from "@mantine/core";
import { useId } from "react";

const ZONES: readonly string[] = ["UTC", ...Intl.supportedValuesOf("timeZone")];

type ZoneProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (zone: string) => void;
};

/** A time zone by its name; the browser offers what matches. */
export function ZoneField({ label, value, onChange }: ZoneProps) {
  const list = useId();
  return (
    <>
      <TextInput
        label={label}
        value={value}
        list={list}
        onChange={(event) => onChange(event.currentTarget.value)}
        required
        withAsterisk={false}
        autoComplete="off"
      />
      <datalist id={list}>
        {ZONES.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  );
}
