const LF = 10;
const CR = 13;
const OPENS_PRIORITY = 60;
/** A line that begins so goes on with the one before: stack traces, and JSON that is spread over lines. */
const CONTINUES = /^[\s}\])]/;
const FIRST_BYTES = 1;

/**
 * The messages of one datagram, as views on it. Syslog is one message a datagram (RFC 5426 §3.1), whatever line ends are in it.
 * Squid's `access_log udp:` is no syslog: it sends as many lines as fit, each with its LF. So a datagram without priority whose
 * last line has its end too is its lines, unless one of them goes on with the one before.
 */
export function messagesIn(datagram: Buffer): readonly Buffer[] {
  if (datagram[0] === OPENS_PRIORITY || datagram.at(-1) !== LF) return [datagram];
  const lines: Buffer[] = [];
  for (let at = 0; at < datagram.length; ) {
    const end = datagram.indexOf(LF, at);
    const line = datagram.subarray(at, datagram[end - 1] === CR && end > at ? end - 1 : end);
    at = end + 1;
    if (line.length === 0) continue;
    if (CONTINUES.test(line.toString("latin1", 0, FIRST_BYTES))) return [datagram];
    lines.push(line);
  }
  return lines.length > 1 ? lines : [datagram];
}
