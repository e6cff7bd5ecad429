import { mkdir, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { freePort } from "../../support/yagura-process.ts";
import { IS_ROOT, listens, programAt, run, type Yard } from "./yard.ts";

/** Postfix's master starts as root alone. */
export const POSTFIX = IS_ROOT ? programAt("/usr/sbin/postfix") : undefined;

/** A Postfix of its own: one SMTP port, everything handed on to Postfix's own `smtp-sink`, its log by postlogd in a followed file. */
export async function startPostfix(yard: Yard): Promise<number> {
  const folder = await yard.folder("postfix");
  const [port, sink] = [await freePort(), await freePort()];
  const at = (name: string): string => join(folder, name);
  for (const name of ["etc", "queue", "data"]) await mkdir(at(name), { recursive: true });
  await run("chown", ["postfix", at("data")]);
  const main = `compatibility_level = 3.6
queue_directory = ${at("queue")}
data_directory = ${at("data")}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
myhostname = mail.example.jp
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = loopback-only
inet_protocols = ipv4
relayhost = [127.0.0.1]:${sink}
smtpd_recipient_restrictions = check_recipient_access inline:{{refused@example.org = REJECT not here}}, permit_mynetworks, reject
smtpd_relay_restrictions = permit_mynetworks, reject
maillog_file = ${at("mail.log")}
maillog_file_prefixes = ${folder}
alias_maps =
`;
  const unix = ["cleanup 0 cleanup", "rewrite - trivial-rewrite", "bounce 0 bounce", "defer 0 bounce", "error - error"];
  const services = unix.map((line) => {
    const [name, limit, command] = line.split(" ");
    return `${name} unix ${name === "cleanup" ? "n" : "-"} - n - ${limit} ${command}`;
  });
  const master = `127.0.0.1:${port} inet n - n - - smtpd
qmgr unix n - n 300 1 qmgr
smtp unix - - n - - smtp
postlog unix-dgram n - n - 1 postlogd
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
${services.join("\n")}
`;
  await writeFile(
    at("etc/main.cf"),
    main.replace(
      "inline:{{refused@example.org = reject}}",
      "check_recipient_access inline:{{refused@example.org = REJECT not here}}",
    ),
  );
  await writeFile(at("etc/master.cf"), master);
  await listens(yard.start("/usr/sbin/smtp-sink", ["-u", userInfo().username, `127.0.0.1:${sink}`, "8"]), sink);
  await listens(yard.start(POSTFIX ?? "", ["-c", at("etc"), "start-fg"]), port);
  return port;
}
