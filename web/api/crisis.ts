import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type * as contract from "../../src/respond/crisis/contract.ts";
import { get, patch, post, put, type QueryValues } from "./client.ts";

export type {
  Crisis,
  Declaration,
  DeclarationKind,
  MdrStepState,
  Phase,
  PhaseState,
  ResponseTimes,
  Service,
  StepPoint,
} from "../../src/respond/crisis/contract.ts";

type Crisis = contract.Crisis;
export type DeclarationInput = z.input<typeof contract.DeclarationInput>;
export type ServiceInput = z.input<typeof contract.ServiceInput>;
export type StepInput = z.input<typeof contract.StepInput>;

/** Repeated here, type-checked against the contract, so that its schemas stay out of the browser. */
export const MEASURES: typeof contract.MEASURES = ["detect", "acknowledge", "contain", "restore"];

const at = (id: string): string => `/api/v1/incidents/${encodeURIComponent(id)}/crisis`;

export const crisisQuery = (id: string) =>
  queryOptions({
    queryKey: ["incidents", "crisis", id],
    queryFn: ({ signal }) => get<Crisis>(at(id), {}, signal),
    refetchInterval: 60_000,
  });
export const declarePhase = (id: string, input: DeclarationInput) => post<Crisis>(`${at(id)}/declarations`, input);
export const addService = (id: string, input: ServiceInput) => post<Crisis>(`${at(id)}/services`, input);
export const changeService = (id: string, serviceId: string, input: z.input<typeof contract.ServicePatch>) =>
  patch<Crisis>(`${at(id)}/services/${serviceId}`, input);
export const removeService = (id: string, serviceId: string, input: contract.ServiceRemoval) =>
  post<Crisis>(`${at(id)}/services/${serviceId}/remove`, input);
export const declareImpact = (id: string, serviceId: string, input: z.input<typeof contract.ImpactInput>) =>
  post<Crisis>(`${at(id)}/services/${serviceId}/impacts`, input);
export const setStep = (id: string, step: contract.MdrStep, input: StepInput) =>
  put<Crisis>(`${at(id)}/steps/${step}`, input);

export const responseTimesQuery = (query: QueryValues) =>
  queryOptions({
    queryKey: ["incidents", "response-times", query],
    queryFn: ({ signal }) => get<contract.ResponseTimes>("/api/v1/response-times", query, signal),
    placeholderData: keepPreviousData,
  });
