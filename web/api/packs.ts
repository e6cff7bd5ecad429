import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type * as contract from "../../src/monitor/rule/pack/contract.ts";
import { get, post, upload } from "./client.ts";

export type { PackDetail, PackDifference, PackPreview, PackRow } from "../../src/monitor/rule/pack/contract.ts";

const PATH = "/api/v1/rule-packs";

export const packsQuery = queryOptions({
  queryKey: ["rule-packs", "list"],
  queryFn: ({ signal }) => get<contract.PackList>(PATH, {}, signal),
  staleTime: 30_000,
});
export const packQuery = (name: string) =>
  queryOptions({
    queryKey: ["rule-packs", "one", name],
    queryFn: ({ signal }) => get<contract.PackDetail>(`${PATH}/${name}`, {}, signal),
    staleTime: 30_000,
  });
export const packDifferenceQuery = (name: string, version: number) =>
  queryOptions({
    queryKey: ["rule-packs", "difference", name, version],
    queryFn: ({ signal }) => get<contract.PackDifference>(`${PATH}/${name}/versions/${version}/difference`, {}, signal),
    staleTime: 0,
  });
export const readArchive = (query: z.input<typeof contract.PackArchiveQuery>, bytes: Blob) =>
  upload<contract.PackPreview>(`${PATH}/read-archive`, query, bytes);
export const readGit = (input: z.input<typeof contract.PackGitInput>) =>
  post<contract.PackPreview>(`${PATH}/read-git`, input);
export const importPack = (previewId: string, comment: string) =>
  post<contract.PackDetail>(`${PATH}/import`, { previewId, comment });
export const rollbackPack = (name: string, version: number, reason: string) =>
  post<contract.PackDetail>(`${PATH}/${name}/rollback`, { version, reason });
export const switchPack = (name: string, isEnabled: boolean, reason: string) =>
  post<contract.PackDetail>(`${PATH}/${name}/switch`, { isEnabled, reason });
export const removePack = (name: string, reason: string) =>
  post<z.infer<typeof contract.PackRemoved>>(`${PATH}/${name}/remove`, { reason });
