import { TCP_LIMITS } from "../tcp/limits.ts";
import { listenTcp, type TcpListener, type TcpOptions } from "../tcp/server.ts";
import { type SyslogLimits, syslogProtocol } from "./conversation.ts";

const SYSLOG_LIMITS: SyslogLimits = { ...TCP_LIMITS, maxMessageBytes: 256 * 1024, nulMs: 500 };

export type SyslogTcpOptions = Omit<TcpOptions, "protocol" | "transport" | "limits"> & {
  readonly limits?: Partial<SyslogLimits>;
};

/**
 * Syslog over TCP (RFC 6587), over TLS (RFC 5425) when `tls` is given. Senders get no acknowledgement: back-pressure is that
 * the socket is no longer read. Rejects when the port cannot be had.
 */
export function listenSyslogTcp(options: SyslogTcpOptions): Promise<TcpListener> {
  const limits = { ...SYSLOG_LIMITS, ...options.limits };
  const transport = options.tls === undefined ? "syslog-tcp" : "syslog-tls";
  return listenTcp({ ...options, transport, limits, protocol: syslogProtocol(options.intake, limits) });
}
