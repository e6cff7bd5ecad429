export type { PackDetail, PackDifference, PackPreview, PackRow } from "./contract.ts";
export { PackGitInput, PackImport, PackName, PackRemove, PackRollback } from "./contract.ts";
export { printable } from "./gather.ts";
export { previewGit, previewPath } from "./import-from.ts";
export { packRoutes } from "./routes.ts";
export { importPack, listPacks, type PackDeps, readPackDetail, removePack, rollbackPack } from "./service.ts";
export { hasGit } from "./source/git.ts";
export type { GitSettings } from "./source/git-run.ts";
export { Staging } from "./staging.ts";
