const MAX_HEADER_CHARS = 4_096;

/**
 * The secrets that an Authorization header may mean, likeliest first: shippers put our token where their configuration has
 * a place for it: Basic's password (or user), the key of `ApiKey base64(id:key)`, the ApiKey itself, Bearer, or Splunk.
 */
export function secretsIn(authorization: string | undefined): readonly string[] {
  const [, scheme = "", value = ""] = /^(\w+) +(\S+)$/.exec((authorization ?? "").slice(0, MAX_HEADER_CHARS)) ?? [];
  switch (scheme.toLowerCase()) {
    case "basic": {
      const [user, password] = splitPair(value);
      return given([password, user]);
    }
    case "apikey": {
      const [, key] = splitPair(value);
      return given([key, value]);
    }
    case "bearer":
    case "splunk":
      return given([value]);
    default:
      return [];
  }
}

function splitPair(base64: string): readonly [string, string] {
  const text = Buffer.from(base64, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon === -1 ? [text, ""] : [text.slice(0, colon), text.slice(colon + 1)];
}

const given = (secrets: readonly string[]): string[] => secrets.filter((secret) => secret !== "");
