export type { WorkKind } from "./contract.ts";
export { tellWarRoom } from "./feed.ts";
export { warRoomRoutes } from "./routes.ts";
