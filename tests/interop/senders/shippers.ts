import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { until } from "../../support/yagura-process.ts";
import { programAt, run, type Yard } from "./yard.ts";

export const LOGGER = programAt("/usr/bin/logger");
export const RSYSLOGD = programAt("/usr/sbin/rsyslogd", "/sbin/rsyslogd");
export const OMELASTICSEARCH =
  RSYSLOGD &&
  programAt(
    ...["x86_64-linux-gnu/rsyslog", "aarch64-linux-gnu/rsyslog", "rsyslog"].map(
      (folder) => `/usr/lib/${folder}/omelasticsearch.so`,
    ),
  );
/** Debian does not install syslog-ng beside rsyslog: its packages may be unpacked below a folder of their own (.ci/run). */
const SYSLOG_NG_ROOT = process.env.YAGURA_TEST_SYSLOG_NG ?? "/";
export const SYSLOG_NG = programAt(join(SYSLOG_NG_ROOT, "usr/sbin/syslog-ng"));
const SYSLOG_NG_LIBRARIES = join(SYSLOG_NG_ROOT, "usr/lib/syslog-ng");
const SYSLOG_NG_VERSION_FOLDER = ["3.38", "4.8"].find((name) => existsSync(join(SYSLOG_NG_LIBRARIES, name)));

export const loggerTo = (port: number, transport: "udp" | "tcp"): readonly string[] => [
  ...["--server", "127.0.0.1", "--port", String(port)],
  transport === "udp" ? "--udp" : "--tcp",
];

/** The lines that programs of this machine give to a local syslog daemon's socket. */
export const logLocally = (socket: string, args: readonly string[]): Promise<string> =>
  run(LOGGER ?? "", ["--socket", socket, "--socket-errors=on", ...args]);

/** rsyslog between a local socket and `_bulk`. Resolves with the socket. */
export async function startOmelasticsearch(yard: Yard): Promise<string> {
  const folder = await yard.folder("rsyslog");
  const socket = join(folder, "log");
  const conf = `module(load="imuxsock" SysSock.Use="off")
module(load="omelasticsearch")
global(workDirectory="${folder}" preserveFQDN="on" localHostname="web02.example.jp")
input(type="imuxsock" Socket="${socket}" UseSysTimeStamp="off")
template(name="document" type="list" option.json="on") {
  constant(value="{\\"@timestamp\\":\\"") property(name="timereported" dateFormat="rfc3339")
  constant(value="\\",\\"host\\":{\\"name\\":\\"") property(name="hostname")
  constant(value="\\"},\\"process\\":{\\"name\\":\\"") property(name="programname")
  constant(value="\\"},\\"message\\":\\"") property(name="msg" position.from="2")
  constant(value="\\"}")
}
action(type="omelasticsearch" server="127.0.0.1" serverport="${yard.ports.bulk}" searchIndex="logs-syslog" searchType=""
  uid="yagura" pwd="${yard.token}" bulkmode="on" template="document" errorFile="${join(folder, "errors.txt")}"
  action.resumeRetryCount="-1" action.resumeInterval="1")
`;
  await writeFile(join(folder, "rsyslog.conf"), conf);
  const args = ["-n", "-f", join(folder, "rsyslog.conf"), "-i", join(folder, "pid")];
  yard.start(RSYSLOGD ?? "", args);
  await until("rsyslog's socket", async () => existsSync(socket));
  return socket;
}

/** syslog-ng between a local socket and four ways into Yagura, each chosen by a word of the message. Resolves with the socket. */
export async function startSyslogNg(yard: Yard): Promise<string> {
  const folder = await yard.folder("syslog-ng");
  const socket = join(folder, "log");
  const { tcp, tls } = yard.ports;
  const { at } = yard.certificates;
  const conf = `@version: 3.35
options { use-dns(no); dns-cache(no); keep-hostname(yes); stats-freq(0); };
source local { unix-dgram("${socket}"); };
rewrite here { set("web03.example.jp", value("HOST")); };
destination tcp { syslog("127.0.0.1" port(${tcp}) transport("tcp")); };
destination tls { syslog("127.0.0.1" port(${tls}) transport("tls")
  tls(ca-file("${at("ca.pem")}") cert-file("${at("client.pem")}") key-file("${at("client.key")}") peer-verify(required-trusted))); };
destination old { network("127.0.0.1" port(${tcp}) transport("tcp") persist-name("old")); };
destination bulk { http(url("http://127.0.0.1:${yard.ports.bulk}/_bulk") method("POST") user("yagura") password("${yard.token}")
  headers("Content-Type: application/x-ndjson") batch-lines(10) batch-timeout(200) delimiter("\\n") body-suffix("\\n")
  body("{\\"create\\":{\\"_index\\":\\"logs-syslog\\"}}\\n$(format-json --scope rfc5424 --exclude DATE --key ISODATE @timestamp=$ISODATE)")); };
${["tcp", "tls", "old", "bulk"].map((way) => `log { source(local); rewrite(here); filter { message("${way}-probe") }; destination(${way}); };`).join("\n")}
`;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "syslog-ng.conf"), conf);
  const files = ["-f", "syslog-ng.conf", "-R", "persist", "-p", "pid", "-c", "control"].map((word, i) =>
    i % 2 === 0 ? word : join(folder, word),
  );
  const modules = `--module-path=${join(SYSLOG_NG_LIBRARIES, SYSLOG_NG_VERSION_FOLDER ?? "")}`;
  const env = { LD_LIBRARY_PATH: SYSLOG_NG_LIBRARIES };
  yard.start(SYSLOG_NG ?? "", ["--foreground", "--no-caps", modules, ...files], { env });
  await until("syslog-ng's socket", async () => existsSync(socket));
  return socket;
}
