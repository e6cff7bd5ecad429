import type { TFunction } from "i18next";
import type { UnitFigures } from "../../../api/dashboards.ts";
import { formatBytes, formatCount } from "../../../ui/figures.ts";
import { formatDuration } from "../../respond/crisis/duration.ts";

export const MEASURES = [
  "seen",
  "open",
  "opened",
  "openIncidents",
  "acknowledge",
  "contain",
  "restore",
  "silent",
  "bytes",
  "perGb",
  "coverage",
] as const;
export type Measure = (typeof MEASURES)[number];
/** null = not known; "none" = known, and nothing was measured. */
export type Measured = number | "none" | null;

const GB = 1_000_000_000;
/** Of less than this nothing can be said per gigabyte. */
const MIN_BYTES = GB / 1_000;

const timeOf = (figures: UnitFigures, pick: "acknowledgeMs" | "containMs" | "restoreMs"): Measured =>
  figures.incidents === null ? null : (figures.incidents.times[pick] ?? "none");

const VALUES: Readonly<Record<Measure, (figures: UnitFigures) => Measured>> = {
  seen: ({ alerts }) => alerts.seen,
  open: ({ alerts }) => alerts.open,
  opened: ({ incidents }) => incidents?.opened ?? null,
  openIncidents: ({ incidents }) => incidents?.open ?? null,
  acknowledge: (figures) => timeOf(figures, "acknowledgeMs"),
  contain: (figures) => timeOf(figures, "containMs"),
  restore: (figures) => timeOf(figures, "restoreMs"),
  silent: ({ sources }) => sources?.silent ?? null,
  bytes: ({ volume }) => volume?.bytes ?? null,
  perGb: ({ alerts, volume }) => {
    if (volume === null) return null;
    return volume.bytes < MIN_BYTES ? "none" : alerts.seen / (volume.bytes / GB);
  },
  coverage: ({ coverage }) => {
    if (coverage === null) return null;
    return coverage.enabled === 0 ? "none" : coverage.canFire / coverage.enabled;
  },
};

export const measured = (measure: Measure, figures: UnitFigures): Measured => VALUES[measure](figures);

const figure = (value: number): string => value.toLocaleString("en", { maximumSignificantDigits: 3 });

/** `t`: of the texts of crises, which say how long things take. */
type Words = { readonly unknown: string; readonly t: TFunction<"crisis"> };

/** A measure as people read it. */
export function textOf(measure: Measure, figures: UnitFigures, { unknown, t }: Words): string {
  const value = measured(measure, figures);
  if (value === null) return unknown;
  if (value === "none") return "–";
  switch (measure) {
    case "acknowledge":
    case "contain":
    case "restore":
      return formatDuration(value, t);
    case "bytes":
      return formatBytes(value);
    case "perGb":
      return figure(value);
    case "coverage":
      return `${figures.coverage?.canFire ?? 0} / ${figures.coverage?.enabled ?? 0}`;
    default:
      return formatCount(value);
  }
}
