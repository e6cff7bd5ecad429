/** Our protocol clients, for tests that bring faults about with them. */
export type { Conversation, Protocol } from "./send/acknowledged.ts";
export { forwardProtocol } from "./send/forward.ts";
export { LUMBERJACK } from "./send/lumberjack.ts";
export { encode } from "./send/msgpack.ts";
export { Peer } from "./send/peer.ts";
export type { Line } from "./send/sender.ts";
