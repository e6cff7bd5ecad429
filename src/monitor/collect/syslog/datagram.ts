const LF = 10;
const CR = 13;
const OPENS_PRIORITY = 60;
/** How Squid's lines begin: its own format by the time in seconds, the common and combined ones by the client. */
const OF_SQUID = /^(?:\s*\d{9,11}\.\d{3}\s|[\w.:-]{1,255} \S{1,64} \S{1,255} \[\d)/;
const HEAD_BYTES = 600;

/**
 * The messages of one datagram, as views on it. Syslog is one message a datagram (RFC 5426 §3.1), whatever line ends are in it.
 * Squid's `access_log udp:` is no syslog: it sends as many lines as fit, each with its LF. So a datagram without priority whose
 * last line has its end too is its lines when each begins as Squid's do: what is behind a line end may be a stranger's text.
 */
export function messagesIn(datagram: Buffer): readonly Buffer[] {
  if (datagram[0] === OPENS_PRIORITY || datagram.at(-1) !== LF) return [datagram];
  const lines: Buffer[] = [];
  for (let at = 0; at < datagram.length; ) {
    const end = datagram.indexOf(LF, at);
    const line = datagram.subarray(at, datagram[end - 1] === CR && end > at ? end - 1 : end);
    at = end + 1;
    if (line.length === 0) continue;
    if (!OF_SQUID.test(line.toString("latin1", 0, HEAD_BYTES))) return [datagram];
    lines.push(line);
  }
  return lines.length > 1 ? lines : [datagram];
}
