import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { formatMinute, zoneLabel } from "./clock.ts";
import { XIcon } from "./icons.ts";
import { useClock } from "./use-clock.tsx";

type SpanChipProps = {
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** What lies in the span, such as "Last seen". */
  readonly label: string;
  readonly onClear: () => void;
};

/** A span of time that an address brought along; nothing without one. */
export function SpanChip({ from, to, label, onClear }: SpanChipProps) {
  const { t } = useTranslation("shell");
  const { zone } = useClock();
  if (!from && !to) return null;
  const text = `${label} ${from ? formatMinute(from, zone) : ""} – ${to ? formatMinute(to, zone) : ""} ${zoneLabel(zone)}`;
  return (
    <Button
      size="compact-xs"
      variant="default"
      rightSection={<XIcon size={12} aria-hidden />}
      onClick={onClear}
      aria-label={t("action.clearSpan", { text })}
    >
      {text}
    </Button>
  );
}
