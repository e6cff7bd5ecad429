export { setupRoutes } from "./routes.ts";
export { ensureRootUnit, isSetupNeeded, issueSetupToken } from "./service.ts";
