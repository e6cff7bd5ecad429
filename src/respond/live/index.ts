export { createLive, LIVE_CHANNEL, type Live } from "./routes.ts";
