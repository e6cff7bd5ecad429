import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type * as contract from "../../src/respond/incident/contract.ts";
import { get, patch, post, type QueryValues, remove } from "./client.ts";

export type {
  IncidentAlert,
  IncidentDetail,
  IncidentEntry,
  IncidentPage,
  IncidentRow,
  IncidentStatus,
  Question,
} from "../../src/respond/incident/contract.ts";

export type IncidentChange = z.input<typeof contract.IncidentChange>;
export type IncidentInput = z.input<typeof contract.IncidentInput>;
export type IncidentSort = (typeof contract.INCIDENT_SORTS)[number];
/** The incident of an alert, as a chip shows it; null = in none. */
export type IncidentOfAlert = contract.IncidentsByAlert["items"][number]["incident"] | null;

export const INCIDENT_STATUSES: readonly contract.IncidentStatus[] = ["open", "contained", "resolved", "closed"];
/** Repeated here, type-checked against the contract, so that its schemas stay out of the browser. */
export const MAX_INCIDENT_ALERTS: typeof contract.MAX_INCIDENT_ALERTS = 500;
export const TACTIC_ORDER: typeof contract.TACTIC_ORDER = [
  "reconnaissance",
  "resource-development",
  "initial-access",
  "execution",
  "persistence",
  "privilege-escalation",
  "defense-evasion",
  "stealth",
  "defense-impairment",
  "credential-access",
  "discovery",
  "lateral-movement",
  "collection",
  "command-and-control",
  "exfiltration",
  "impact",
];
export const keyOf = ({ number }: { readonly number: number }): string => `INC-${number}`;

export const listIncidents = (query: QueryValues, signal?: AbortSignal) =>
  get<contract.IncidentPage>("/api/v1/incidents", query, signal);

/** Incidents that still take alerts, the latest first. */
export const openIncidentsQuery = (q: string) =>
  queryOptions({
    queryKey: ["incidents", "open", q],
    queryFn: ({ signal }) => listIncidents({ status: "open,contained,resolved", q, limit: 20 }, signal),
    staleTime: 5_000,
  });

/** `ref`: an id or `INC-12`. */
export const incidentQuery = (ref: string) =>
  queryOptions({
    queryKey: ["incidents", "detail", ref],
    queryFn: ({ signal }) => get<contract.IncidentDetail>(`/api/v1/incidents/${encodeURIComponent(ref)}`, {}, signal),
    refetchInterval: 60_000,
  });

export const incidentOfAlertQuery = (alertId: string) =>
  queryOptions({
    queryKey: ["incidents", "of-alert", alertId],
    queryFn: () => incidentOfAlert(alertId),
    staleTime: 30_000,
  });

export const openIncident = (input: IncidentInput) => post<contract.IncidentDetail>("/api/v1/incidents", input);
export const changeIncident = (id: string, version: number, change: IncidentChange) =>
  patch<contract.IncidentChanged>(`/api/v1/incidents/${id}`, { version, change });
export const addIncidentNote = (id: string, text: string) =>
  post<contract.IncidentDetail>(`/api/v1/incidents/${id}/notes`, { text });
export const addToIncident = (id: string, alertIds: string[]) =>
  post<contract.IncidentDetail>(`/api/v1/incidents/${id}/alerts`, { alertIds });
export const removeFromIncident = (id: string, alertId: string) =>
  remove<contract.IncidentDetail>(`/api/v1/incidents/${id}/alerts/${alertId}`);

const MAX_IDS = 200;
/** A list draws its rows in one go: what they ask within this time is one request. */
const GATHER_MS = 10;
type Asked = {
  readonly alertId: string;
  readonly done: (incident: IncidentOfAlert) => void;
  readonly failed: (error: unknown) => void;
};
let asked: Asked[] = [];

/** Asks for one alert; the questions of many rows travel together. */
function incidentOfAlert(alertId: string): Promise<IncidentOfAlert> {
  return new Promise((done, failed) => {
    if (asked.length === 0) setTimeout(() => answer(asked.splice(0)), GATHER_MS);
    asked = [...asked, { alertId, done, failed }];
    if (asked.length >= MAX_IDS) void answer(asked.splice(0));
  });
}

async function answer(questions: readonly Asked[]): Promise<void> {
  if (questions.length === 0) return;
  try {
    const ids = [...new Set(questions.map(({ alertId }) => alertId))].join(",");
    const { items } = await get<contract.IncidentsByAlert>("/api/v1/incidents/by-alerts", { ids });
    const found = new Map(items.map(({ alertId, incident }) => [alertId, incident]));
    for (const { alertId, done } of questions) done(found.get(alertId) ?? null);
  } catch (error) {
    for (const { failed } of questions) failed(error);
  }
}
