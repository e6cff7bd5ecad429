const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];
const formats = new Map<string, Intl.RelativeTimeFormat>();

/** `3 分前`, `3 minutes ago`. */
export function formatAgo(instant: string | number, language: string, nowMs: number = Date.now()): string {
  const deltaMs = new Date(instant).getTime() - nowMs;
  if (Number.isNaN(deltaMs)) return "";
  let format = formats.get(language);
  if (!format) {
    format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
    formats.set(language, format);
  }
  for (const [unit, ms] of STEPS) if (Math.abs(deltaMs) >= ms) return format.format(Math.trunc(deltaMs / ms), unit);
  return format.format(0, "second");
}

/** `2 d 3 h`-like spans, two units at most: `2日3時間`. */
export function formatSpan(spanMs: number, language: string): string {
  const parts: string[] = [];
  let rest = Math.max(0, spanMs);
  for (const [unit, ms] of STEPS) {
    const count = Math.floor(rest / ms);
    if (count === 0 || parts.length === 2) continue;
    rest -= count * ms;
    parts.push(inUnit(count, unit, language));
  }
  return parts.join(language === "ja" ? "" : " ") || inUnit(0, "second", language);
}

function inUnit(count: number, unit: string, language: string): string {
  const unitDisplay = language === "ja" ? "short" : "narrow";
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay }).format(count);
}
