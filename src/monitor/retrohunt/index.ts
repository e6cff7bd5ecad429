export { retroHuntRoutes } from "./routes.ts";
export { createRetroHunts, type RetroHunts } from "./service.ts";
