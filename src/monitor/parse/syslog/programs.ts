import { readCisco, readCiscoText } from "../firewall/cisco.ts";
import { readFilterlog } from "../firewall/filterlog.ts";
import { readJunosBgp } from "../firewall/junos-bgp.ts";
import { readFirewallLogin } from "../firewall/netgate.ts";
import { isJunosProgram, type JunosEnvelope, readJunos } from "../firewall/srx.ts";
import { isYamahaPlace, readYamaha } from "../firewall/yamaha.ts";
import { readAuditRecord, readJournalAudit } from "../json/auditd.ts";
import { baseName, bounded, classify, type Reading } from "../reading.ts";
import { readServer } from "../server/programs.ts";
import { readAccountTool, readCron, readSu, readSudo } from "./accounts.ts";
import { readDnsmasq, readNamed } from "./dns.ts";
import { readIptables } from "./iptables.ts";
import { readPam } from "./pam.ts";
import { readSshd } from "./sshd.ts";

type Reader = { readonly service: string; readonly read: (event: Reading, message: string) => void };

const AUTH: Reader = { service: "auth", read: readPam };
const ACCOUNTS: Reader = { service: "auth", read: readAccountTool };
const CRON: Reader = { service: "cron", read: readCron };
const SSHD: Reader = { service: "sshd", read: readSshd };
const plain = (service: string): Reader => ({ service, read: () => undefined });

/** Program → Sigma's Linux service and the reader of its messages. */
const READERS = new Map<string, Reader>([
  ["sshd", SSHD],
  ["sshd-session", SSHD],
  ["sshd-auth", SSHD],
  ["sudo", { service: "sudo", read: readSudo }],
  ["su", { service: "auth", read: readSu }],
  ["cron", CRON],
  ["crond", CRON],
  ["CRON", CRON],
  ["CROND", CRON],
  ["crontab", CRON],
  ["useradd", ACCOUNTS],
  ["userdel", ACCOUNTS],
  ["usermod", ACCOUNTS],
  ["groupadd", ACCOUNTS],
  ["groupdel", ACCOUNTS],
  ["groupmod", ACCOUNTS],
  ["gpasswd", ACCOUNTS],
  ["passwd", ACCOUNTS],
  ["chpasswd", ACCOUNTS],
  ["chage", ACCOUNTS],
  ["login", AUTH],
  ["systemd-logind", AUTH],
  ["gdm-password]", AUTH],
  ["polkitd", AUTH],
  ["vsftpd", plain("vsftpd")],
  ["clamd", plain("clamav")],
  ["freshclam", plain("clamav")],
  ["clamav", plain("clamav")],
  ["guacd", plain("guacamole")],
]);

/** Who passes netfilter's LOG lines on. */
const NETFILTER = new Set(["kernel", "ulogd", "iptables", "nftables", "firewall"]);

/** Old Linux-PAM put itself into the tag: `sshd(pam_unix)[19939]: authentication failure; …` */
const OLD_PAM_TAG = /^([\w.-]+)\((pam_\w+)\)$/;

/** Without auditd the kernel logs its audit records itself: `[49787.970285] audit: type=1400 audit(1403598929.839:88986): …`. */
const readKernelAudit = (event: Reading, message: string): boolean =>
  message.slice(0, 96).includes(" audit(") && readAuditRecord(event, message);

/** Reads a syslog message by the program that wrote it. False when nothing is known of the program. */
export function readByProgram(event: Reading, message: string, context: JunosEnvelope & { zone: string }): boolean {
  const old = OLD_PAM_TAG.exec(context.program);
  if (old !== null)
    return readByProgram(event, `${old[2]}(${old[1]}:auth): ${message}`, { ...context, program: old[1] ?? "" });
  const program = baseName(context.program);
  if (NETFILTER.has(program) && (readIptables(event, message) || readJunosBgp(event, message))) return true;
  if (program === "kernel" && readKernelAudit(event, message)) return true;
  if (readFirewallLogin(event, message)) return true;
  if (program === "filterlog") return readFilterlog(event, message);
  if (isJunosProgram(program) && readJunos(event, message, context)) return true;
  if (program === "named" || program === "bind" || program === "named-sdb")
    return readNamed(event, message, context.zone);
  if (program === "dnsmasq") return readDnsmasq(event, message);
  if (program === "audit" || program === "auditd" || program === "audispd" || program === "audisp-syslog")
    return readAuditRecord(event, message) || readJournalAudit(event, message);
  if (program.startsWith("%") || /^[A-Z0-9_]+-[0-7]-/.test(program)) return readCisco(event, program, message);
  if (readCiscoText(event, message)) return true;
  // UniFi and VyOS pass the kernel's lines on without its tag; a program's own text is not believed to be one.
  if (program === "" && message.includes(" SRC=") && message.includes(" OUT=") && readIptables(event, message))
    return true;
  if (isYamahaPlace(program, message)) return readYamaha(event, `${program}: ${message}`, true);
  const reader = READERS.get(program) ?? (message.startsWith("pam_") ? AUTH : undefined);
  if (reader === undefined) return readServer(event, message, context);
  classify(event.hot, `linux.${reader.service}`, { product: "linux", category: "", service: reader.service });
  event.hot.with_what = bounded(program);
  // vsftpd speaks of sessions through PAM and of transfers itself.
  if (reader.service === "vsftpd" && readServer(event, message, context)) return true;
  reader.read(event, message);
  return true;
}
