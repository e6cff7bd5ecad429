import type { TFunction } from "i18next";

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;

/** `2 d 3 h`, `45 min`: the two largest units, in the reader's words. null = not measured. */
export function formatDuration(ms: number | null, t: TFunction<"crisis">): string {
  if (ms === null) return "–";
  const first = UNITS.findIndex(([, size]) => ms >= size);
  if (first < 0) return t("crisis:duration.s", { text: 0 });
  let rest = ms;
  const parts: string[] = [];
  for (const [unit, size] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(t(`crisis:duration.${unit}`, { text: count }));
  }
  return parts.join(" ");
}
