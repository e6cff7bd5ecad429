export { openSourceResolver, type SourceResolver } from "./resolver.ts";
export { sourceRoutes } from "./routes.ts";
export { createSource, listSources, type SourceDeps } from "./service.ts";
export { silenceEvent, silentEntity } from "./silence/event.ts";
export { LOOK_EVERY_MS, openSilenceKeeper, type SilenceKeeper, type SilenceNotice } from "./silence/keeper.ts";
export type { Endpoints } from "./snippets.ts";
export { createSourceStatistics } from "./statistics.ts";
export { readSources } from "./store.ts";
