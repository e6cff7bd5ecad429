/**
 * The token that an Authorization header carries, in the forms that log shippers and scripts use:
 * `Bearer ygr_…`, `ApiKey ygr_…`, `ApiKey base64(id:ygr_…)` (Elasticsearch), `Basic base64(anyone:ygr_…)`.
 * undefined when there is none in it.
 */
export function tokenIn(authorization: string): string | undefined {
  const [scheme, value] = split(authorization);
  switch (scheme) {
    case "bearer":
      return tokenOrNothing(value);
    case "apikey":
      return tokenOrNothing(value) ?? tokenOrNothing(afterColon(value));
    case "basic":
      return tokenOrNothing(afterColon(value));
    default:
      return undefined;
  }
}

const MAX_HEADER = 512;
/** `ygr_` and 32 bytes in base64url. */
const TOKEN = /^ygr_[A-Za-z0-9_-]{43}$/;

function split(header: string): [scheme: string, value: string] {
  if (header.length > MAX_HEADER) return ["", ""];
  const space = header.indexOf(" ");
  return space < 0 ? ["", ""] : [header.slice(0, space).toLowerCase(), header.slice(space + 1).trim()];
}

function afterColon(base64: string): string {
  const text = Buffer.from(base64, "base64").toString("latin1");
  return text.slice(text.indexOf(":") + 1);
}

function tokenOrNothing(text: string): string | undefined {
  return TOKEN.test(text) ? text : undefined;
}
