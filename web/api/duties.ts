import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type * as contract from "../../src/respond/duty/contract.ts";
import { get, post, put, urlOf } from "./client.ts";

export type {
  Answer,
  CaseEntry,
  ChangeRow,
  Clock,
  Draft,
  DutyCase,
  DutyDocument,
  DutyRegister,
  EntryContent,
  Fact,
  Filing,
  KnownAt,
  Language,
  PendingChange,
  Period,
  Profile,
  ProfileContent,
  RegisterEntry,
  Stage,
  Template,
} from "../../src/respond/duty/contract.ts";

/** Repeated here, type-checked against the contract, so that its schemas stay out of the browser. */
export const CATEGORIES: typeof contract.CATEGORIES = [
  "authority",
  "police",
  "headquarters",
  "customer",
  "insurer",
  "exchange",
  "supplier",
  "other",
];
export const CALENDARS: typeof contract.CALENDARS = ["jp-government", "jp-business", "be", "weekends", "none"];
export const STANDING: typeof contract.STANDING = [
  "organization",
  "representative",
  "address",
  "contactPerson",
  "phone",
  "email",
  "number",
];
export const FACTS: typeof contract.FACTS = [
  "personalData",
  "specialCare",
  "propertyDamage",
  "improperPurpose",
  "overThousand",
  "strongEncryption",
  "euPersonalData",
  "riskUnlikely",
  "highRisk",
  "significantIncident",
  "criticalInfrastructure",
  "crime",
  "ransomwareOrDdos",
  "materialFact",
  "insured",
];
export const ANSWERS: readonly contract.Answer[] = ["yes", "no", "unknown"];
export const MAX_FILE_BYTES = 10 * 2 ** 20;

const REGISTER = "/api/v1/duties/register";
export const registerQuery = queryOptions({
  queryKey: ["duties", "register"],
  queryFn: ({ signal }) => get<contract.DutyRegister>(REGISTER, {}, signal),
  staleTime: 30_000,
});
export const addDutyEntry = (unitId: string, content: contract.EntryContent) =>
  post<contract.RegisterEntry>(REGISTER, { unitId, content });
export const saveDutyEntry = (id: string, input: z.input<typeof contract.EntrySave>) =>
  put<contract.RegisterEntry>(`${REGISTER}/${id}`, input);
export const saveDutyProfile = (unitId: string, input: z.input<typeof contract.ProfileSave>) =>
  put<contract.Profile>(`/api/v1/duties/units/${unitId}`, input);

const pathOf = (ref: string): string => `/api/v1/incidents/${encodeURIComponent(ref)}/duties`;
export const dutyCaseQuery = (ref: string) =>
  queryOptions({
    queryKey: ["duties", "case", ref],
    queryFn: ({ signal }) => get<contract.DutyCase>(pathOf(ref), {}, signal),
    refetchInterval: 60_000,
  });
export const draftQuery = (ref: string, clock: string, language: contract.Language) =>
  queryOptions({
    queryKey: ["duties", "draft", ref, clock, language],
    queryFn: ({ signal }) => get<contract.Draft>(`${pathOf(ref)}/draft`, { clock, language }, signal),
  });

export const declareKnown = (ref: string, input: z.input<typeof contract.KnownInput>) =>
  post<contract.DutyCase>(`${pathOf(ref)}/known`, input);
export const answerFacts = (ref: string, input: z.input<typeof contract.FactsInput>) =>
  post<contract.DutyCase>(`${pathOf(ref)}/facts`, input);
export const takeEntry = (ref: string, input: z.input<typeof contract.AddEntryInput>) =>
  post<contract.DutyCase>(`${pathOf(ref)}/entries`, input);
export const removeEntry = (ref: string, input: z.input<typeof contract.RemoveEntryInput>) =>
  post<contract.DutyCase>(`${pathOf(ref)}/entries/remove`, input);
export const decideChange = (ref: string, input: z.input<typeof contract.DecideInput>) =>
  post<contract.DutyCase>(`${pathOf(ref)}/changes`, input);
export const saveDraft = (ref: string, input: z.input<typeof contract.DraftSave>) =>
  put<contract.Draft>(`${pathOf(ref)}/draft`, input);
export const addDocument = (ref: string, input: z.input<typeof contract.DocumentInput>) =>
  post<contract.DutyCase>(`${pathOf(ref)}/documents`, input);
export const approveDocument = (ref: string, documentId: string) =>
  post<contract.DutyCase>(`${pathOf(ref)}/documents/${documentId}/approve`);
export const fileDocument = (ref: string, input: z.input<typeof contract.FilingInput>) =>
  post<contract.DutyCase>(`${pathOf(ref)}/filings`, input);
export const voidFiling = (ref: string, input: z.input<typeof contract.VoidInput>) =>
  post<contract.DutyCase>(`${pathOf(ref)}/filings/void`, input);

type DraftFile = z.input<typeof contract.DraftFileQuery> & { readonly format: "pdf" | "md" };
export const draftFileUrl = (ref: string, { format, ...query }: DraftFile): string =>
  urlOf(`${pathOf(ref)}/draft.${format}`, query);
export const documentUrl = (ref: string, documentId: string): string => `${pathOf(ref)}/documents/${documentId}`;
