/** What is claimed to clients that do not say which Elasticsearch they were made for. */
const DEFAULT_VERSION = "8.19.0";

/** Programs whose own version is the version of the Elasticsearch they expect. */
const ELASTIC = /(?:beat|logstash|elastic[a-z-]*)[a-z-]*\/([6-9]\.\d{1,3}\.\d{1,3})/i;
const MAX_CHARS = 300;

/**
 * The Elasticsearch version to claim to a client, from its User-Agent: Beats refuse a server older than themselves, so they
 * are told their own version. Fluent Bit, Vector and curl do not compare and get the default.
 */
export function versionFor(userAgent: string | undefined): string {
  return ELASTIC.exec((userAgent ?? "").slice(0, MAX_CHARS))?.[1] ?? DEFAULT_VERSION;
}
