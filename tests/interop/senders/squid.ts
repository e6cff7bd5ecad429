import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { freePort } from "../../support/yagura-process.ts";
import { listens, programAt, type Yard } from "./yard.ts";

export const SQUID = programAt("/usr/sbin/squid");
const FAKE_LOGON = programAt("/usr/lib/squid/basic_fake_auth");

export type Squid = { readonly child: ChildProcess; readonly port: number; readonly origin: number };

/** A proxy that asks for a name, refuses one site, and writes native lines by UDP and combined ones into a file. */
export async function startSquid(yard: Yard): Promise<Squid> {
  const folder = await yard.folder("squid", true);
  const port = await freePort();
  const conf = `http_port 127.0.0.1:${port}
visible_hostname proxy.example.jp
pid_filename ${join(folder, "pid")}
cache_log ${join(folder, "cache.txt")}
coredump_dir ${folder}
access_log udp://127.0.0.1:${yard.ports.udp} squid
access_log stdio:${join(folder, "combined.log")} combined
auth_param basic program ${FAKE_LOGON}
acl known proxy_auth REQUIRED
acl refused dstdomain refused.example
http_access deny refused
http_access allow known
http_access deny all
cache deny all
netdb_filename none
pinger_enable off
buffered_logs off
shutdown_lifetime 0 seconds
`;
  await writeFile(join(folder, "squid.conf"), conf);
  const args = ["-N", "-n", `yagura${process.pid}`, "-f", join(folder, "squid.conf")];
  const child = yard.start(SQUID ?? "", args, { isUnprivileged: true });
  await listens(child, port);
  return { child, port, origin: await startOrigin() };
}

async function startOrigin(): Promise<number> {
  const server = createServer((_, answer) => void answer.end("a page"));
  const port = await freePort();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return port;
}

/** One GET through the proxy by the person `user`. Resolves with the status. */
export async function getThrough(proxyPort: number, url: string, user: string): Promise<number | undefined> {
  const headers = {
    host: new URL(url).host,
    "user-agent": "real-browser/1.0",
    "proxy-authorization": `Basic ${Buffer.from(`${user}:x`).toString("base64")}`,
  };
  const sent = request({ host: "127.0.0.1", port: proxyPort, path: url, headers, agent: false }).end();
  const [answer] = await once(sent, "response");
  answer.resume();
  return answer.statusCode;
}
