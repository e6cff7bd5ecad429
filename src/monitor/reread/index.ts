export { rereadRoutes } from "./routes.ts";
export { createRereadRunner, type RereadRunner } from "./runner.ts";
export { isInHand } from "./store.ts";
