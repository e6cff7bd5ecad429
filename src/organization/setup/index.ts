export { setupRoutes } from "./routes.ts";
export { ensureRootUnit, isSetupNeeded, issueSetupToken, type SetupDeps } from "./service.ts";
