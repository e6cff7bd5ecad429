import { readApplicationProgram } from "../application/programs.ts";
import type { Reading } from "../reading.ts";
import type { ServerContext, ServerReader } from "./answer.ts";
import { readMsSql, readMySql, readPostgres } from "./databases.ts";
import { readDhcp, readKea } from "./dhcp.ts";
import { readDovecot } from "./dovecot.ts";
import { readExim } from "./exim.ts";
import { readProftpd, readPureFtpd, readVsftpd } from "./ftp.ts";
import { readHaproxy } from "./haproxy.ts";
import { readPostfix } from "./postfix.ts";
import { readPowerDns, readUnbound } from "./resolvers.ts";
import { readOpenSmtpd, readSendmail } from "./sendmail.ts";
import { readDoas, readInetd, readPkexec, readSamba, readSystemd } from "./system.ts";
import { readCharon, readOpenVpn } from "./vpn.ts";

/** Exim repeats the time within syslog unless it is told not to. */
const readStampedExim: ServerReader = (event, message) =>
  readExim(
    event,
    message.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?(?: [+-]\d{4})? (?:\[\d{1,10}\] )?/, ""),
  );

/** The program in a syslog tag → its messages' reader. One look-up: what is not here costs no more. */
const READERS = new Map<string, ServerReader>([
  ["dovecot", readDovecot],
  ["exim", readStampedExim],
  ["exim4", readStampedExim],
  ["sendmail", readSendmail],
  ["sm-mta", readSendmail],
  ["sm-msp-queue", readSendmail],
  ["smtpd", readOpenSmtpd],
  ["haproxy", (event, message, { zone }) => readHaproxy(event, message, zone)],
]);
const DHCP: ServerReader = (event, message, { program }) => readDhcp(event, message, program);
for (const name of ["dhcpd", "dhcpd6", "dnsmasq-dhcp", "isc-dhcpd"]) READERS.set(name, DHCP);
const KEA: ServerReader = (event, message, { program }) => readKea(event, message, program);
for (const name of ["kea-dhcp4", "kea-dhcp6"]) READERS.set(name, KEA);
READERS.set("unbound", readUnbound);
for (const name of ["pdns", "pdns_server", "pdns_recursor", "pdns-recursor"]) READERS.set(name, readPowerDns);
/** Programs by their reader; several distributions name one program differently. */
const MORE: readonly (readonly [ServerReader, string])[] = [
  [readVsftpd, "vsftpd"],
  [readProftpd, "proftpd"],
  [readPureFtpd, "pure-ftpd"],
  [readOpenVpn, "openvpn ovpn-server openvpn-server"],
  [readCharon, "charon charon-systemd ipsec charon-nm"],
  [readMySql, "mysqld mariadbd mysql mariadb"],
  [readPostgres, "postgres postgresql"],
  [readMsSql, "sqlservr"],
  [readSamba, "smbd smbd_audit samba winbindd nmbd"],
  [readSystemd, "systemd"],
  [readDoas, "doas"],
  [readPkexec, "pkexec"],
  [readInetd, "rshd rlogind in.rshd in.rlogind in.telnetd telnetd xinetd inetd tcpd"],
];
for (const [read, names] of MORE) for (const name of names.split(" ")) READERS.set(name, read);
/** Dovecot's own file names the process, or the level, where syslog has the program. */
for (const name of "imap-login pop3-login managesieve-login submission-login auth auth-worker Info Warning Error Fatal imap pop3 lmtp lda".split(
  " ",
))
  READERS.set(name, readDovecot);

/** Reads a server's message by the program that wrote it; false when it is of no server that is known. */
export function readServer(event: Reading, message: string, context: ServerContext): boolean {
  const { program } = context;
  const known = READERS.get(program);
  if (known !== undefined) return known(event, message, context);
  if (program.startsWith("postfix")) return readPostfix(event, message, context);
  const open = program.search(/[(<]/);
  const bare = open > 0 ? READERS.get(program.slice(0, open)) : undefined;
  if (bare === readDovecot) return readDovecot(event, message, context);
  return readApplicationProgram(event, message, context);
}
