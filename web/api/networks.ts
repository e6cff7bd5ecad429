import { queryOptions } from "@tanstack/react-query";
import type * as contract from "../../src/monitor/enrich/network/contract.ts";
import { get, post, remove } from "./client.ts";

export type { Network, NetworkInput } from "../../src/monitor/enrich/network/contract.ts";

const PATH = "/api/v1/networks";

export const networksQuery = queryOptions({
  queryKey: ["networks"],
  queryFn: ({ signal }) => get<contract.NetworkList>(PATH, {}, signal),
  staleTime: 30_000,
});
export const addNetwork = (input: contract.NetworkInput) => post<contract.Network>(PATH, input);
export const removeNetwork = (id: string) => remove<undefined>(`${PATH}/${id}`);
