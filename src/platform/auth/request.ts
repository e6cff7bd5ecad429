import type { FastifyRequest } from "fastify";
import { IP_HEADER } from "./engine.ts";

/** Headers that better-auth looks at; nothing else of the client reaches it. */
const PASSED = ["cookie", "user-agent", "origin", "accept-language"];

export type EngineCall = { readonly url: string; readonly method: string; readonly body?: unknown };

/** The Fastify request as the web-standard request that better-auth takes. */
export function sendToEngine(request: FastifyRequest, call: EngineCall): Request {
  const headers = new Headers({ [IP_HEADER]: request.ip });
  for (const name of PASSED) {
    const value = request.headers[name];
    if (typeof value === "string") headers.set(name, value);
  }
  const base = `${request.protocol}://${request.host || "localhost"}`;
  if (!headers.has("origin")) headers.set("origin", base);
  if (call.method === "GET") return new Request(new URL(call.url, base), { headers });
  headers.set("content-type", "application/json");
  return new Request(new URL(call.url, base), {
    method: call.method,
    headers,
    body: JSON.stringify(call.body ?? {}),
  });
}
