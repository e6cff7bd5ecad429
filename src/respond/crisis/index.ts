export { crisisRoutes } from "./routes.ts";
