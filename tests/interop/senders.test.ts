import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FLOWS, NFREPLAY, replayFlows, SOFTFLOWD } from "./senders/flows.ts";
import { POSTFIX, startPostfix } from "./senders/postfix.ts";
import {
  LOGGER,
  loggerTo,
  logLocally,
  OMELASTICSEARCH,
  SYSLOG_NG,
  startOmelasticsearch,
  startSyslogNg,
} from "./senders/shippers.ts";
import { getThrough, SQUID, startSquid } from "./senders/squid.ts";
import { ME, SSHD, startSshd } from "./senders/sshd.ts";
import { APACHE_WAF, NGINX, NGINX_WAF, startApache, startNginx } from "./senders/web-servers.ts";
import { openYard, run, type Yard } from "./senders/yard.ts";

const SENDERS = {
  ...{ logger: LOGGER, "syslog-ng": SYSLOG_NG, "rsyslog-elasticsearch": OMELASTICSEARCH, nginx: NGINX },
  ...{ "libnginx-mod-http-modsecurity": NGINX_WAF, "libapache2-mod-security2": APACHE_WAF, squid: SQUID },
  ...{ postfix: POSTFIX, "openssh-server": SSHD, nfdump: NFREPLAY && SOFTFLOWD },
};
const absent = Object.entries(SENDERS).flatMap(([name, path]) => (path ? [] : [name]));
if (absent.length > 0)
  console.warn(`not installed, or not for this account: ${absent.join(", ")}; their tests are skipped`);

const ARRIVES_MS = 30_000;
const TEST_MS = 60_000;
/** Beyond the patience of `newInstallation`, which ends what does not start. */
const START_MS = 400_000;
const ATTACK = "id=1%20union%20select%202";
let yard: Yard;
beforeAll(async () => {
  yard = await openYard();
}, START_MS);
afterAll(() => yard?.close(), 60_000);

/** `dataset | who | where from | with what | what | did what | outcome`, as search answers. */
async function told(q: string): Promise<readonly string[]> {
  const events = await yard.find(q);
  return events.map(({ dataset, problem, six, values }) =>
    [
      dataset + problem,
      six.who,
      six.whereFrom,
      six.withWhat,
      six.what,
      six.didWhat,
      values["event.outcome"] ?? "",
    ].join(" | "),
  );
}

/** Waits until `q` finds all of these events, read so; others may be among them. */
const arrive = (q: string, events: readonly string[]): Promise<void> =>
  expect.poll(() => told(q), { timeout: ARRIVES_MS, interval: 300 }).toEqual(expect.arrayContaining([...events]));

describe("A real sender's events arrive with their answers:", () => {
  it.skipIf(!SENDERS.logger).each([
    ["RFC 3164 by UDP", "udp", ["--rfc3164"], "udp3164"],
    ["RFC 5424 by UDP", "udp", ["--rfc5424"], "udp5424"],
    ["RFC 3164 by TCP", "tcp", ["--rfc3164"], "tcp3164"],
    ["RFC 5424 by TCP", "tcp", ["--rfc5424"], "tcp5424"],
    [
      "octets counted, structured data",
      "tcp",
      ["--octet-count", "--sd-id", "origin@32473", "--sd-param", 'x="1"'],
      "octets",
    ],
  ] as const)("logger, %s", async (_, transport, options, user) => {
    const message = `Failed password for invalid user ${user} from 203.0.113.9 port 51000 ssh2`;
    const identity = ["--tag", "sshd", "--id=4242", "--priority", "auth.info"];
    await run(SENDERS.logger ?? "", [...loggerTo(yard.ports[transport], transport), ...options, ...identity, message]);
    const host = (await run("hostname", [])).trim();
    await arrive(`"${message}"`, [
      `linux.sshd | ${user} | 203.0.113.9 | ssh password | ${host} | logon-failed | failure`,
    ]);
    expect(await yard.find(`"${message}"`)).toMatchObject([{ values: { "process.pid": 4242, "source.port": 51_000 } }]);
  });

  it.skipIf(!SENDERS["syslog-ng"])(
    "syslog-ng, RFC 5424 by TCP and mutual TLS, the old form by TCP, JSON by http() into _bulk",
    async () => {
      const socket = await startSyslogNg(yard);
      for (const way of ["tcp", "tls", "old", "bulk"])
        await logLocally(socket, [
          "--tag",
          "sshd",
          "--id=77",
          "--priority",
          "auth.info",
          `Invalid user ${way}-probe from 203.0.113.9 port 51000`,
        ]);
      const read = (way: string) =>
        `linux.sshd | ${way}-probe | 203.0.113.9 | ssh | web03.example.jp | logon-failed | failure`;
      await arrive(`"Invalid user" and "web03.example.jp"`, ["tcp", "tls", "old", "bulk"].map(read));
    },
    TEST_MS,
  );

  it.skipIf(!SENDERS["rsyslog-elasticsearch"])(
    "rsyslog's omelasticsearch",
    async () => {
      const socket = await startOmelasticsearch(yard);
      const message = 'Invalid user el"astic from 203.0.113.9 port 51000';
      await logLocally(socket, ["--tag", "sshd", "--id=77", "--priority", "auth.info", message]);
      await arrive(`"web02.example.jp"`, [
        `linux.sshd | el"astic | 203.0.113.9 | ssh | web02.example.jp | logon-failed | failure`,
      ]);
    },
    TEST_MS,
  );

  it.skipIf(!SENDERS.nginx)(
    "nginx, access and error log as its own syslog",
    async () => {
      const url = await startNginx(yard);
      const headers = { "user-agent": "probe-nginx/1.0" };
      for (const path of ["/index.html?q=1", "/missing", "/broken/x"]) await fetch(url + path, { headers });
      await arrive(`"probe-nginx"`, [
        "nginx.access |  | 127.0.0.1 | probe-nginx/1.0 | /index.html?q=1 | http-request | success",
        "nginx.access |  | 127.0.0.1 | probe-nginx/1.0 | /missing | http-request | failure",
        "nginx.access |  | 127.0.0.1 | probe-nginx/1.0 | /broken/x | http-request | failure",
      ]);
      await arrive(`"connect() failed"`, [
        expect.stringMatching(
          /^nginx\.error \| {2}\| 127\.0\.0\.1 \| nginx \| connect\(\) failed .* \| server-error \| failure$/,
        ),
      ]);
      if (!SENDERS["libnginx-mod-http-modsecurity"]) return;
      expect((await fetch(`${url}/waf/index.html?${ATTACK}`, { headers })).status).toBe(403);
      await arrive(`"SQL in a parameter" and "/waf/"`, [
        `modsecurity.alert |  | 127.0.0.1 | ModSecurity | shop.example.jp/waf/index.html?${ATTACK} | attack-blocked | failure`,
        `modsecurity.audit |  | 127.0.0.1 | probe-nginx/1.0 | 127.0.0.1/waf/index.html?${ATTACK} | attack-blocked | failure`,
      ]);
    },
    TEST_MS,
  );

  it.skipIf(!SENDERS["libapache2-mod-security2"])(
    "Apache with ModSecurity, its three logs as followed files",
    async () => {
      const url = await startApache(yard);
      const headers = { "user-agent": "probe-apache/1.0" };
      expect((await fetch(`${url}/missing`, { headers })).status).toBe(404);
      expect((await fetch(`${url}/index.html?${ATTACK}`, { headers })).status).toBe(403);
      await arrive(`"probe-apache"`, [
        "web.access |  | 127.0.0.1 | probe-apache/1.0 | /missing | http-request | failure",
        `web.access |  | 127.0.0.1 | probe-apache/1.0 | /index.html?${ATTACK} | http-request | failure`,
        `modsecurity.audit |  | 127.0.0.1 | probe-apache/1.0 | 127.0.0.1/index.html?${ATTACK} | attack-blocked | failure`,
      ]);
      await arrive(`"900002"`, [
        "modsecurity.alert |  | 127.0.0.1 | ModSecurity | 127.0.0.1/index.html | attack-blocked | failure",
      ]);
      await arrive(`"resuming normal operations"`, [
        expect.stringMatching(/^apache\.error \|.* \| mpm_event \| AH00489: .* \| service-started \| success$/),
      ]);
    },
    TEST_MS,
  );

  it.skipIf(!SENDERS.squid)(
    "Squid, native lines by UDP and combined ones in a followed file",
    async () => {
      const squid = await startSquid(yard);
      const answers = [];
      for (const user of ["sato", "suzuki"])
        answers.push(await getThrough(squid.port, `http://127.0.0.1:${squid.origin}/${user}.zip`, user));
      answers.push(await getThrough(squid.port, "http://refused.example/x", "sato"));
      expect(answers).toEqual([200, 200, 403]);
      // Squid keeps lines for UDP until a datagram is full, or until it ends.
      await yard.stop(squid.child);
      const page = (user: string): string => `http://127.0.0.1:${squid.origin}/${user}.zip`;
      await arrive(`".zip" or "refused.example"`, [
        `squid.access | sato | 127.0.0.1 | TCP_MISS | ${page("sato")} | http-request | success`,
        `squid.access | suzuki | 127.0.0.1 | TCP_MISS | ${page("suzuki")} | http-request | success`,
        "squid.access |  | 127.0.0.1 | TCP_DENIED | http://refused.example/x | http-request-denied | failure",
        `squid.access | sato | 127.0.0.1 | real-browser/1.0 | ${page("sato")} | http-request | success`,
        "squid.access |  | 127.0.0.1 | real-browser/1.0 | http://refused.example/x | http-request-denied | failure",
      ]);
      await arrive(`"transaction-end-before-headers"`, [
        "squid.access |  | 127.0.0.1 | squid |  | connection-ended | ",
      ]);
    },
    TEST_MS,
  );

  it.skipIf(!SENDERS.postfix)(
    "Postfix, one mail handed on and one refused, by its own log daemon",
    async () => {
      const port = await startPostfix(yard);
      const mail = (to: string): Promise<string> =>
        run("/usr/sbin/smtp-source", ["-m", "1", "-f", "sato@example.jp", "-t", to, `127.0.0.1:${port}`]);
      expect(await mail("tanaka@example.org")).toBe("");
      expect(await mail("refused@example.org")).toContain("554");
      await arrive(`"postfix"`, [
        "postfix.smtpd |  | 127.0.0.1 | postfix/smtpd | connect from localhost[127.0.0.1] | connection-opened | success",
        expect.stringMatching(
          /^postfix\.smtpd \| {2}\| 127\.0\.0\.1 \| postfix\/smtpd \| [0-9A-F]+ \| mail-queued \| success$/,
        ),
        expect.stringMatching(
          /^postfix\.qmgr \| sato@example\.jp \| mail \| postfix\/qmgr \| [0-9A-F]+ \| mail-queued \| success$/,
        ),
        "postfix.smtp |  | mail | postfix/smtp | tanaka@example.org | mail-transferred | success",
        "postfix.smtpd | sato@example.jp | 127.0.0.1 | postfix/smtpd | refused@example.org | mail-rejected | failure",
        expect.stringMatching(/^postfix\.qmgr \| {2}\| mail \| postfix\/qmgr \| [0-9A-F]+ \| mail-removed \| success$/),
      ]);
    },
    TEST_MS,
  );

  it.skipIf(!SENDERS["openssh-server"])(
    "sshd, a logon by key and a wrong password, its log through logger",
    async () => {
      const sshd = await startSshd(yard);
      await sshd.logOn(ME);
      await sshd.failPassword("intruder");
      const host = (await run("hostname", [])).trim();
      await arrive(`"ssh2" and ("${ME}" or "intruder")`, [
        `linux.sshd | ${ME} | 127.0.0.1 | ssh publickey | ${host} | logged-on | success`,
        `linux.sshd | intruder | 127.0.0.1 | ssh password | ${host} | logon-failed | failure`,
      ]);
    },
    TEST_MS,
  );

  it.skipIf(!SENDERS.nfdump)(
    "nfcapd's record of softflowd's flows, by nfreplay as NetFlow v9",
    async () => {
      await replayFlows(yard);
      const flows = Array.from(
        { length: FLOWS },
        () => "flow.netflow-v9 |  | 192.0.2.1 | udp | 198.51.100.2:53 | flow-observed | ",
      );
      await expect.poll(() => told(`"198.51.100.2"`), { timeout: ARRIVES_MS, interval: 300 }).toEqual(flows);
      const ports = (await yard.find(`"198.51.100.2"`)).map(({ values }) => values["source.port"]);
      expect(new Set(ports).size).toBe(FLOWS);
    },
    TEST_MS,
  );

  it("a file in the form of Linux's auditd, followed", async () => {
    const at = (Date.now() / 1000).toFixed(3);
    const record = `type=USER_LOGIN msg=audit(${at}:301): pid=812 uid=0 auid=4294967295 ses=4294967295 msg='op=login acct="audit-probe" exe="/usr/sbin/sshd" hostname=? addr=203.0.113.9 terminal=sshd res=failed'`;
    await appendFile(join(await yard.folder("audit"), "audit.log"), `${record}\n`);
    await arrive(`"audit-probe"`, [
      expect.stringMatching(/^linux\.audit.* \| audit-probe \| 203\.0\.113\.9 \| .* \| logon-failed \| failure$/),
    ]);
  });
});
