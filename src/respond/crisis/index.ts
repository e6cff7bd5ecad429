export { readResponseTimes } from "./response-times.ts";
export { crisisRoutes } from "./routes.ts";
