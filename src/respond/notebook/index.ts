export { notebookRoutes } from "./routes.ts";
