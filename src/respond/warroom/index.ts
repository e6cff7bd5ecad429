export { tellWarRoom } from "./feed.ts";
export { warRoomRoutes } from "./routes.ts";
