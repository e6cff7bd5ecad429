import { createContext, useContext } from "react";
import type { IncidentDetail } from "../../../api/incidents.ts";

type Range = { readonly from: string; readonly to?: string };

const HOUR_MS = 3_600_000;
/** Of an incident without alerts that the reader may see nothing is known: then the last month. */
const UNKNOWN: Range = { from: "now-30d" };

/** When the incident's alerts happened, an hour around: where a search for one of its answers looks. */
export function rangeOf({ firstAt, lastAt }: IncidentDetail["facts"]): Range {
  if (firstAt === null || lastAt === null) return UNKNOWN;
  const around = (at: string, byMs: number): string => new Date(Date.parse(at) + byMs).toISOString();
  return { from: around(firstAt, -HOUR_MS), to: around(lastAt, HOUR_MS) };
}

export const IncidentRange = createContext<Range>(UNKNOWN);
export const useIncidentRange = (): Range => useContext(IncidentRange);
