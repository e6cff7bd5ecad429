import type { SheetLanguage } from "./contract.ts";
import type { Value } from "./sheet.ts";
import { WORDS } from "./words.ts";

const whole = new Intl.NumberFormat("en-US");
const few = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });
const GB = 1_000_000_000;

/** Values of a sheet in one language. */
export function formatsOf(language: SheetLanguage) {
  const { unknown } = WORDS[language];
  const value = (number: number | null, text: (number: number) => string): Value => ({
    number,
    text: number === null ? unknown : text(number),
  });
  return {
    count: (number: number | null) => value(number, whole.format),
    figure: (number: number | null) => value(number, few.format),
    bytes: (bytes: number | null) => value(bytes, bytesText),
    /** Hours in files. */
    duration: (ms: number | null) =>
      value(ms === null ? null : ms / 3_600_000, (hours) => durationText(hours, language)),
    share: (share: number | null, text?: string) => value(share, (one) => text ?? `${Math.round(one * 100)} %`),
    minute: (at: string) => `${at.slice(0, 10).replaceAll("-", "/")} ${at.slice(11, 16)}`,
  };
}

function durationText(hours: number, language: SheetLanguage): string {
  const [unit, amount] = hours < 1 ? ["minute", hours * 60] : hours < 48 ? ["hour", hours] : ["day", hours / 24];
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: String(unit),
    unitDisplay: "short",
    maximumFractionDigits: 1,
  }).format(Number(amount));
}

const SIZES = ["B", "kB", "MB", "GB", "TB"];

function bytesText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${few.format(bytes / 1_000 ** power)} ${SIZES[power] ?? "B"}`;
}

/** Alerts per gigabyte of logs; undefined = of so few logs nothing can be said. */
export function perGigabyte(alerts: number, bytes: number): number | undefined {
  return bytes < GB / 1_000 ? undefined : alerts / (bytes / GB);
}
