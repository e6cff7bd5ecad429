import { queryOptions } from "@tanstack/react-query";
import type * as contract from "../../src/respond/duty/contract.ts";
import { get } from "./client.ts";

export type { OpenClock } from "../../src/respond/duty/contract.ts";

/** Clocks that run: small and apart from the rest, because the navigation asks for it on every page. */
export const openClocksQuery = queryOptions({
  queryKey: ["duties", "clocks"],
  queryFn: ({ signal }) => get<contract.OpenClocks>("/api/v1/duties/clocks", {}, signal),
  staleTime: 30_000,
  refetchInterval: 60_000,
});
