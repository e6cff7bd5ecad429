import { chmod, mkdir, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { freePort } from "../../support/yagura-process.ts";
import { LOGGER, loggerTo } from "./shippers.ts";
import { IS_ROOT, listens, programAt, run, type Yard } from "./yard.ts";

export const SSHD = programAt("/usr/sbin/sshd");

export type Sshd = { logOn(user: string): Promise<string>; failPassword(user: string): Promise<string> };

/** sshd in the foreground, its log piped into logger: how containers ship it. It lets in the account of this test alone, by key. */
export async function startSshd(yard: Yard): Promise<Sshd> {
  const folder = await yard.folder("sshd");
  const port = await freePort();
  const at = (name: string): string => join(folder, name);
  // Debian's unit makes this folder at each start; the privilege separation needs it.
  if (IS_ROOT) await mkdir("/run/sshd", { recursive: true, mode: 0o755 });
  for (const name of ["host", "key"]) await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", at(name)]);
  await writeFile(at("ask"), "#!/bin/sh\necho wrong\n");
  await chmod(at("ask"), 0o755);
  const conf = `ListenAddress 127.0.0.1
Port ${port}
HostKey ${at("host")}
PidFile none
AuthorizedKeysFile ${at("key.pub")}
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication yes
ForceCommand /bin/true
`;
  await writeFile(at("sshd.conf"), conf);
  const daemon = yard.start(SSHD ?? "", ["-D", "-e", "-f", at("sshd.conf")]);
  yard.start(
    LOGGER ?? "",
    [...loggerTo(yard.ports.udp, "udp"), "--rfc5424=notq", "-t", "sshd", "-p", "authpriv.info"],
    {
      input: daemon,
    },
  );
  await listens(daemon, port);
  const common = [
    "-F",
    "none",
    "-p",
    String(port),
    "-o",
    "StrictHostKeyChecking=no",
    "-o",
    "UserKnownHostsFile=/dev/null",
  ];
  const ssh = (user: string, options: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> =>
    run("ssh", [...common, ...options, `${user}@127.0.0.1`, "true"], env);
  return {
    logOn: (user) => ssh(user, ["-i", at("key"), "-o", "BatchMode=yes"]),
    failPassword: (user) =>
      ssh(user, ["-o", "PubkeyAuthentication=no", "-o", "NumberOfPasswordPrompts=1"], {
        SSH_ASKPASS: at("ask"),
        SSH_ASKPASS_REQUIRE: "force",
      }),
  };
}

export const ME = userInfo().username;
