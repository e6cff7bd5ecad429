import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type * as contract from "../../src/respond/dashboard/contract.ts";
import { get, type QueryValues, urlOf } from "./client.ts";

export type {
  RuleBoard,
  RuleFigures,
  RuleSort,
  UnitBoard,
  UnitFigures,
  UnitRow,
  Wall,
} from "../../src/respond/dashboard/contract.ts";

const URL = "/api/v1/dashboards";

export const unitBoardQuery = (query: QueryValues) =>
  queryOptions({
    queryKey: ["dashboards", "units", query],
    queryFn: ({ signal }) => get<contract.UnitBoard>(`${URL}/units`, query, signal),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    refetchInterval: 60_000,
  });
export const ruleBoardQuery = (query: QueryValues) =>
  queryOptions({
    queryKey: ["dashboards", "rules", query],
    queryFn: ({ signal }) => get<contract.RuleBoard>(`${URL}/rules`, query, signal),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    refetchInterval: 60_000,
  });
export const wallQuery = queryOptions({
  queryKey: ["dashboards", "wall"],
  queryFn: ({ signal }) => get<contract.Wall>(`${URL}/wall`, {}, signal),
  staleTime: 2_000,
  refetchInterval: 15_000,
});
export const boardFile = (board: "units" | "rules", format: "csv" | "pdf", query: QueryValues): string =>
  urlOf(`${URL}/${board}.${format}`, query);
