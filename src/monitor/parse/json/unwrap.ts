import { isObject, type JsonObject } from "../flatten.ts";

/** A JSON document that only carries another event: a text line, or a search engine's document. */
export type Wrapped =
  | { readonly kind: "object"; readonly object: JsonObject }
  | { readonly kind: "line"; readonly line: string; readonly program: string; readonly host: string };

/**
 * Finds what a shipper wrapped: Filebeat's and Fluent Bit's text lines, journald's JSON export, Elasticsearch's `_source`.
 * Undefined when the document speaks for itself.
 */
export function unwrap(object: JsonObject): Wrapped | undefined {
  if (isObject(object._source)) return { kind: "object", object: object._source };
  if (typeof object.MESSAGE === "string" && typeof object.SYSLOG_IDENTIFIER === "string")
    return lineOf(object.MESSAGE, object.SYSLOG_IDENTIFIER, object._HOSTNAME);
  const message = object.message;
  const agent = object.agent;
  if (typeof message === "string" && isObject(agent) && agent.type === "filebeat" && isObject(object.log)) {
    const host = object.host;
    return lineOf(message, "", isObject(host) ? (host.hostname ?? host.name) : "");
  }
  if (typeof object.log === "string" && (object.stream !== undefined || object.kubernetes !== undefined))
    return lineOf(object.log, "", "");
  return undefined;
}

const lineOf = (line: string, program: string, host: unknown): Wrapped => ({
  kind: "line",
  line,
  program: /^[\w./()-]{1,64}$/.test(program) ? program : "",
  host: typeof host === "string" && /^[\w.-]{1,255}$/.test(host) ? host : "",
});
