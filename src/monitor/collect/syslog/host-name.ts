/** The header is at the front: more of a message is never looked at. */
const HEADER_BYTES = 300;

const PRI = /^<\d{1,3}>/;
/** RFC 5424: version, timestamp (or -), then the host. */
const RFC5424 = /^1 (?:-|\d{4}-\S{1,40}) (\S{1,255}) /;
/** RFC 3164, and the ISO timestamps that rsyslog can be told to write in its place. Some devices add the year. */
const RFC3164 =
  /^(?:[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d{1,9})?|\d{4}-\d\d-\d\dT\S{5,40}) (\S{1,255}) /;
/** A host name or an address; not a tag such as `sshd[1]:`, which stands there when a device leaves the host out. */
const HOST = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$|^[0-9A-Fa-f:.]*[0-9A-Fa-f]$/;

/**
 * The host that a syslog message names, or undefined. Only tells senders behind one relay apart: the parser reads the
 * message itself, later.
 */
export function syslogHostName(message: Buffer): string | undefined {
  const text = message.toString("latin1", 0, HEADER_BYTES);
  const header = text.slice(PRI.exec(text)?.[0].length ?? 0);
  const host = (RFC5424.exec(header) ?? RFC3164.exec(header))?.[1];
  return host !== undefined && HOST.test(host) ? host : undefined;
}
