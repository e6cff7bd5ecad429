export type { Mapping, Step } from "./contract.ts";
export { killChainRoutes } from "./routes.ts";
export { readKillChain } from "./service.ts";
export { DEFAULT_MAPPING, mainStep, seenSteps } from "./steps.ts";
