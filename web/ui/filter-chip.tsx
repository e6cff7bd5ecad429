import { Button } from "@mantine/core";
import { XIcon } from "./icons.ts";

type FilterChipProps = { readonly text: string; readonly clearLabel: string; readonly onClear: () => void };

/** A filter that an address brought along, and its end at a click. */
export const FilterChip = ({ text, clearLabel, onClear }: FilterChipProps) => (
  <Button
    size="compact-xs"
    variant="default"
    rightSection={<XIcon size={12} aria-hidden />}
    onClick={onClear}
    aria-label={`${clearLabel}: ${text}`}
  >
    {text}
  </Button>
);
