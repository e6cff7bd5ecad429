export { type AttemptLimiter, createAttemptLimiter } from "./attempt-limiter.ts";
export { closeSignal, createStreamGate, type EventStream, openEventStream } from "./event-stream.ts";
export { closeHttpServer, createHttpServer, type HttpLimits, type HttpOptions, type HttpServer } from "./server.ts";
export { serveWebApp } from "./web-app.ts";
