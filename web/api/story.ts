import { queryOptions } from "@tanstack/react-query";
import type * as killchain from "../../src/respond/killchain/contract.ts";
import type * as story from "../../src/respond/story/contract.ts";
import { get, post, put } from "./client.ts";

export type { KillChain, SeenStep, Step } from "../../src/respond/killchain/contract.ts";
export type {
  AttackGraph,
  Gap,
  GraphEdge,
  GraphNode,
  NodeKind,
  Sentence,
  Told,
} from "../../src/respond/story/contract.ts";

/** Repeated here, type-checked against the contract, so that its schemas stay out of the browser. */
export const STEPS: typeof killchain.STEPS = [
  "reconnaissance",
  "weaponization",
  "delivery",
  "exploitation",
  "installation",
  "command-and-control",
  "actions",
];

/** `ref`: an id or `INC-12`. What is told changes with the incident, hence its key. */
export const toldQuery = (ref: string, lang: "ja" | "en") =>
  queryOptions({
    queryKey: ["incidents", "told", ref, lang],
    queryFn: ({ signal }) => get<story.Told>(`/api/v1/incidents/${encodeURIComponent(ref)}/story`, { lang }, signal),
    staleTime: 15_000,
  });
export const graphQuery = (ref: string) =>
  queryOptions({
    queryKey: ["incidents", "graph", ref],
    queryFn: ({ signal }) => get<story.AttackGraph>(`/api/v1/incidents/${encodeURIComponent(ref)}/graph`, {}, signal),
    staleTime: 15_000,
  });

export const killChainQuery = queryOptions({
  queryKey: ["kill-chain"],
  queryFn: ({ signal }) => get<killchain.KillChain>("/api/v1/kill-chain", {}, signal),
});
export const saveKillChain = (input: killchain.KillChainInput) => put<killchain.KillChain>("/api/v1/kill-chain", input);
export const resetKillChain = (version: number) => post<killchain.KillChain>("/api/v1/kill-chain/reset", { version });

export const stripQuery = (incidentId: string) =>
  queryOptions({
    queryKey: ["incidents", "strip", incidentId],
    queryFn: () => stripOf(incidentId),
    staleTime: 15_000,
  });

const MAX_IDS = 200;
/** A list draws its rows in one go: what they ask within this time is one request. */
const GATHER_MS = 10;
type Asked = {
  readonly id: string;
  readonly done: (steps: readonly killchain.SeenStep[]) => void;
  readonly failed: (error: unknown) => void;
};
let asked: Asked[] = [];

function stripOf(id: string): Promise<readonly killchain.SeenStep[]> {
  return new Promise((done, failed) => {
    if (asked.length === 0) setTimeout(() => void answer(asked.splice(0)), GATHER_MS);
    asked = [...asked, { id, done, failed }];
    if (asked.length >= MAX_IDS) void answer(asked.splice(0));
  });
}

async function answer(questions: readonly Asked[]): Promise<void> {
  if (questions.length === 0) return;
  try {
    const ids = [...new Set(questions.map(({ id }) => id))].join(",");
    const { items } = await get<killchain.KillChainStrips>("/api/v1/kill-chain/incidents", { ids });
    const found = new Map(items.map(({ incidentId, steps }) => [incidentId, steps]));
    for (const { id, done } of questions) done(found.get(id) ?? []);
  } catch (error) {
    for (const { failed } of questions) failed(error);
  }
}
