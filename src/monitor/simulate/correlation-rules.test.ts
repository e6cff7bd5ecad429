import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { compileRules } from "../detect/index.ts";
import { createParser } from "../parse/index.ts";
import { generate } from "./generate.ts";

const RULES = new URL("../../../content/rules/correlation/", import.meta.url);
const HOUR_MS = 3_600_000;
/** Monday, nine in the morning in Tokyo. */
const START_MS = Date.UTC(2026, 10, 23, 0, 0, 0);

const sources = readdirSync(RULES).map((origin) => ({ origin, text: readFileSync(new URL(origin, RULES), "utf8") }));
const ruleSet = compileRules(sources);
const parser = createParser();

type Line = { readonly second: number; readonly text: string };
type Sample = readonly [origin: string, told: readonly Line[], silent: Readonly<Record<string, readonly Line[]>>];

/** Files of the correlation rules that these lines fire, each as often as it fires. */
function firedBy(lines: Iterable<{ readonly bytes: Buffer; readonly atMs: number }>): string[] {
  const engine = ruleSet.correlate();
  let id = 0n;
  for (const { bytes, atMs } of lines) {
    const receivedMs = atMs + 900;
    const event = parser.parse(bytes, {
      format: "auto",
      transport: "syslog-tcp",
      peer: "127.0.0.1",
      receivedAtMs: receivedMs,
    });
    id++;
    for (const rule of ruleSet.match(event)) {
      const values = ruleSet.capture(rule, event.fields);
      if (values) engine.feed({ rule, timeMs: event.timeMs, receivedMs, id, scope: "", values });
    }
  }
  return engine.take().map(({ correlation }) => ruleSet.correlations[correlation]?.origin ?? "");
}

const fired = (lines: readonly Line[]) =>
  firedBy(
    [...lines]
      .sort((one, other) => one.second - other.second)
      .map(({ second, text }) => ({ bytes: Buffer.from(text), atMs: START_MS + second * 1000 })),
  );

const iso = (second: number) => new Date(START_MS + second * 1000).toISOString();
const times = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
const late = (lines: readonly Line[], seconds: number, make: (second: number) => Line): readonly Line[] => [
  ...lines,
  make(seconds),
];

function windows(
  second: number,
  id: number,
  data: Record<string, string>,
  where: { channel?: string; computer?: string; provider?: string } = {},
): Line {
  const {
    channel = "Security",
    computer = "pc01.example.jp",
    provider = "Microsoft-Windows-Security-Auditing",
  } = where;
  const winlog = { channel, provider_name: provider, event_id: String(id), computer_name: computer, event_data: data };
  return { second, text: JSON.stringify({ "@timestamp": iso(second), winlog }) };
}
const syslog = (second: number, program: string, message: string, host = "web1"): Line => ({
  second,
  text: `<86>1 ${iso(second)} ${host} ${program} 100 - - ${message}`,
});
const fortigate = (second: number, fields: Record<string, string | number>): Line => {
  const all = {
    date: iso(second).slice(0, 10),
    time: iso(second).slice(11, 19),
    tz: '"+0000"',
    devname: "fw1",
    devid: "FG1",
    logid: "0000000013",
    ...fields,
  };
  return {
    second,
    text: `<189>${Object.entries(all)
      .map(([key, value]) => `${key}=${value}`)
      .join(" ")}`,
  };
};
const web = (second: number, ip: string, request: string, status: number): Line => {
  const [day, time] = [iso(second).slice(8, 10), iso(second).slice(11, 19)];
  return {
    second,
    text: `${ip} - - [${day}/Nov/2026:${time} +0000] "${request} HTTP/1.1" ${status} 10 "-" "Mozilla/5.0"`,
  };
};
const squid = (second: number, ip: string, url: string): Line => ({
  second,
  text: `${(START_MS + second * 1000) / 1000}.000 100 ${ip} TCP_MISS/200 1500 GET ${url} - HIER_DIRECT/192.0.2.7 text/html`,
});

const failed = (second: number, TargetUserName: string, IpAddress = "10.0.0.66") =>
  windows(second, 4625, { TargetUserName, IpAddress, LogonType: "3" });
const logon = (
  second: number,
  TargetUserName: string,
  more: { IpAddress?: string; TargetUserSid?: string; computer?: string } = {},
) =>
  windows(
    second,
    4624,
    {
      TargetUserName,
      LogonType: "3",
      IpAddress: more.IpAddress ?? "10.0.0.66",
      TargetUserSid: more.TargetUserSid ?? "S-1-5-21-1-1000",
    },
    { computer: more.computer ?? "pc01.example.jp" },
  );
const sshFailed = (second: number, user: string, ip = "203.0.113.9") =>
  syslog(second, "sshd", `Failed password for ${user} from ${ip} port 4000 ssh2`);
const sshIn = (second: number, ip = "203.0.113.9", host = "web1") =>
  syslog(second, "sshd", `Accepted password for bob from ${ip} port 4000 ssh2`, host);
const traffic = (second: number, srcip: string, dstip: string, dstport: number, sentbyte = 60) =>
  fortigate(second, {
    type: "traffic",
    subtype: "forward",
    level: "notice",
    srcip,
    srcport: 40_000,
    dstip,
    dstport,
    proto: 6,
    action: "close",
    sentbyte,
    rcvdbyte: 60,
  });
const utm = (second: number, srcip: string, action = "detected") =>
  fortigate(second, {
    type: "utm",
    subtype: "ips",
    level: "notice",
    srcip,
    dstip: "192.0.2.7",
    action,
    attack: "Odd.Download",
  });
const removed = (second: number, TargetUserName: string) =>
  windows(second, 4726, { TargetUserName, SubjectUserName: "admin" });
const created = (second: number, TargetSid: string) =>
  windows(second, 4720, { TargetUserName: "svc-new", TargetSid, SubjectUserName: "admin" });
const promoted = (second: number, MemberSid: string) =>
  windows(second, 4732, { TargetUserName: "Administrators", TargetSid: "S-1-5-32-544", MemberSid });
const deleted = (second: number, file: string, ProcessId = "44") =>
  windows(
    second,
    23,
    { TargetFilename: file, Image: "C:\\Users\\Public\\x.exe", ProcessId },
    { channel: "Microsoft-Windows-Sysmon/Operational", provider: "Microsoft-Windows-Sysmon" },
  );
const ticket = (second: number, ServiceName: string, TicketEncryptionType = "0x17") =>
  windows(second, 4769, { TargetUserName: "eve@EXAMPLE.JP", ServiceName, TicketEncryptionType, Status: "0x0" });
const service = (second: number, ImagePath: string, computer = "pc01.example.jp") =>
  windows(
    second,
    7045,
    { ServiceName: "x", ImagePath },
    { channel: "System", provider: "Service Control Manager", computer },
  );
const cleared = (second: number, computer = "pc01.example.jp") =>
  windows(second, 1102, {}, { provider: "Microsoft-Windows-Eventlog", computer });
const question = (second: number, name: string) =>
  syslog(second, "named", `client @0x7f 10.0.0.7#5353 (${name}): query: ${name} IN A +E(0)K (10.0.0.1)`, "dns1");
const newUser = (second: number, host = "web1") =>
  syslog(second, "useradd", "new user: name=eve, UID=1002, GID=1002, home=/home/eve, shell=/bin/bash", host);

const chunk = (n: number) => `${n}abcdefghijklmnopqrstuvwxyz012345`;
const guesses = times(10, (n) => failed(n * 20, "bob"));
const sshGuesses = times(10, (n) => sshFailed(n * 20, "root"));
const missing = times(40, (n) => web(n, "203.0.113.9", `GET /old${n}.php`, 404));

const SAMPLES: readonly Sample[] = [
  [
    "windows-brute-force-then-logon.yml",
    late(guesses, 900, (s) => logon(s, "BOB")),
    {
      "guesses that never succeed": guesses,
      "a logon from elsewhere": late(guesses, 900, (s) => logon(s, "bob", { IpAddress: "10.0.0.7" })),
      "a few mistyped passwords": late(guesses.slice(0, 9), 900, (s) => logon(s, "bob")),
      "a logon before": [logon(900, "bob"), ...times(10, (n) => failed(1000 + n * 20, "bob"))],
    },
  ],
  [
    "ssh-brute-force-then-login.yml",
    late(sshGuesses, 900, (s) => sshIn(s)),
    {
      "guesses that never succeed": sshGuesses,
      "a login from elsewhere": late(sshGuesses, 900, (s) => sshIn(s, "10.0.0.5")),
      "a login hours later": late(sshGuesses, 9000, (s) => sshIn(s)),
    },
  ],
  [
    "windows-password-spray.yml",
    times(10, (n) => failed(n * 100, `user${n}`)),
    {
      "one account again and again": times(20, (n) => failed(n * 60, "bob")),
      "many addresses": times(10, (n) => failed(n * 100, `user${n}`, `10.0.0.${n}`)),
      "over hours": times(10, (n) => failed(n * 600, `user${n}`)),
    },
  ],
  [
    "ssh-account-guessing.yml",
    times(10, (n) => sshFailed(n * 10, `user${n}`)),
    {
      "one account": times(30, (n) => sshFailed(n * 10, "root")),
      "over hours": times(10, (n) => sshFailed(n * 600, `user${n}`)),
    },
  ],
  [
    "account-on-many-hosts.yml",
    times(15, (n) => logon(n * 100, "eve", { computer: `pc${n}` })),
    {
      "a machine's own account": times(15, (n) => logon(n * 100, "PC01$", { computer: `pc${n}` })),
      "one machine many times": times(60, (n) => logon(n * 20, "eve")),
      "over a day": times(15, (n) => logon(n * 3000, "eve", { computer: `pc${n}` })),
    },
  ],
  [
    "logon-of-removed-account.yml",
    [removed(0, "tanaka"), logon(4000, "TANAKA")],
    {
      "a logon before the removal": [logon(0, "tanaka"), removed(10, "tanaka")],
      "another account's logon": [removed(0, "tanaka"), logon(4000, "suzuki")],
    },
  ],
  [
    "new-administrator-logs-on.yml",
    [
      created(0, "S-1-5-21-9-1105"),
      promoted(60, "S-1-5-21-9-1105"),
      logon(600, "svc-new", { TargetUserSid: "S-1-5-21-9-1105" }),
    ],
    {
      "another member": [
        created(0, "S-1-5-21-9-1105"),
        promoted(60, "S-1-5-21-9-500"),
        logon(600, "svc-new", { TargetUserSid: "S-1-5-21-9-1105" }),
      ],
      "an ordinary new account": [
        created(0, "S-1-5-21-9-1105"),
        logon(600, "svc-new", { TargetUserSid: "S-1-5-21-9-1105" }),
      ],
    },
  ],
  [
    "port-scan.yml",
    times(30, (n) => traffic(n, "10.0.0.5", "10.0.1.9", 1000 + n)),
    {
      "a busy client": times(100, (n) => traffic(n, "10.0.0.5", "10.0.1.9", 443)),
      "many servers": times(40, (n) => traffic(n, "10.0.0.5", `10.0.1.${n}`, 1000 + n)),
    },
  ],
  [
    "network-sweep.yml",
    times(50, (n) => traffic(n, "10.0.0.5", `10.0.1.${n}`, 445)),
    {
      "many web servers": times(100, (n) => traffic(n, "10.0.0.5", `192.0.2.${n}`, 443)),
      "one file server": times(100, (n) => traffic(n, "10.0.0.5", "10.0.1.9", 445)),
      "an outside scanner": times(50, (n) => traffic(n, "203.0.113.9", `10.0.1.${n}`, 445)),
    },
  ],
  [
    "mass-file-deletion.yml",
    times(200, (n) => deleted(n / 4, `C:\\Share\\document${n}.docx`)),
    {
      "temporary files": times(300, (n) => deleted(n / 4, `C:\\Users\\a\\AppData\\Local\\Temp\\f${n}.tmp`)),
      "many processes": times(300, (n) => deleted(n / 4, `C:\\Share\\document${n}.docx`, String(n))),
      "one file again and again": times(300, (n) => deleted(n / 4, "C:\\Share\\lock.lck")),
    },
  ],
  [
    "kerberoasting-burst.yml",
    times(5, (n) => ticket(n * 10, `svc-${n}`)),
    {
      "strong tickets": times(9, (n) => ticket(n * 10, `svc-${n}`, "0x12")),
      "machines' tickets": times(9, (n) => ticket(n * 10, `PC${n}$`)),
    },
  ],
  [
    "remote-service-after-logon.yml",
    [logon(0, "eve"), service(20, "%COMSPEC% /C start /b evil")],
    {
      "a service of a program": [logon(0, "eve"), service(20, "C:\\Program Files\\Agent\\agent.exe")],
      "another machine": [logon(0, "eve"), service(20, "%COMSPEC% /C x", "pc02.example.jp")],
      "long after": [logon(0, "eve"), service(600, "%COMSPEC% /C x")],
    },
  ],
  [
    "log-cleared-after-change.yml",
    [created(0, "S-1-5-21-9-1105"), cleared(600)],
    {
      "a cleared log alone": [cleared(600)],
      "another machine": [created(0, "S-1-5-21-9-1105"), cleared(600, "pc02.example.jp")],
    },
  ],
  [
    "web-scan-then-script.yml",
    late(missing, 600, (s) => web(s, "203.0.113.9", "POST /upload/shell.php", 200)),
    {
      "a scan that finds nothing": missing,
      "another visitor's post": late(missing, 600, (s) => web(s, "198.51.100.7", "POST /upload/shell.php", 200)),
      "one broken link": late(
        times(60, (n) => web(n, "203.0.113.9", "GET /old.php", 404)),
        600,
        (s) => web(s, "203.0.113.9", "POST /form.php", 200),
      ),
    },
  ],
  [
    "dns-tunnel-burst.yml",
    times(50, (n) => question(n * 5, `${chunk(n)}.t.example.net`)),
    {
      "one long name again and again": times(99, (n) => question(n * 5, `${chunk(1)}.t.example.net`)),
      "short names": times(99, (n) => question(n * 5, `www${n}.example.net`)),
      "reverse lookups": times(99, (n) => question(n * 5, `${chunk(n)}.in-addr.arpa`)),
    },
  ],
  [
    "slow-upload.yml",
    times(30, (n) => traffic(n * 60, "10.0.0.5", "198.51.100.7", 443, 70_000_000)),
    {
      "much to the inside": times(30, (n) => traffic(n * 60, "10.0.0.5", "10.0.1.9", 443, 70_000_000)),
      "to many addresses": times(30, (n) => traffic(n * 60, "10.0.0.5", `198.51.100.${n}`, 443, 70_000_000)),
      "over a day": times(30, (n) => traffic(n * 3000, "10.0.0.5", "198.51.100.7", 443, 70_000_000)),
    },
  ],
  [
    "device-plays-down.yml",
    [utm(0, "10.0.0.5"), squid(60, "10.0.0.5", "http://files.example/setup.exe")],
    {
      "what the device stopped": [
        utm(0, "10.0.0.5", "dropped"),
        squid(60, "10.0.0.5", "http://files.example/setup.exe"),
      ],
      "another machine": [utm(0, "10.0.0.5"), squid(60, "10.0.0.6", "http://files.example/setup.exe")],
      "a page": [utm(0, "10.0.0.5"), squid(60, "10.0.0.5", "http://files.example/index.html")],
    },
  ],
  [
    "account-created-after-ssh.yml",
    [sshIn(0), newUser(600)],
    {
      "an account without a login": [newUser(600)],
      "another machine": [sshIn(0, "203.0.113.9", "web2"), newUser(600)],
      "an account first": [newUser(0), sshIn(600)],
    },
  ],
];

describe("Our own correlation rules", () => {
  it("all compile, and say all that a rule should say", () => {
    expect(ruleSet.rejected).toEqual([]);
    expect(ruleSet.replaced).toEqual([]);
    const alerting = ruleSet.correlations.filter(({ alerts }) => alerts);
    expect(alerting.map(({ origin }) => origin).sort()).toEqual(sources.map(({ origin }) => origin).sort());
    for (const { facts, description, references, falsePositives } of alerting) {
      expect(facts.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(facts.tactics.length).toBeGreaterThan(0);
      expect(facts.techniques.length).toBeGreaterThan(0);
      for (const text of [description, references.join(), falsePositives.join()]) expect(text).not.toBe("");
    }
    for (const { text, origin } of sources)
      for (const part of text.split(/^---$/m)) {
        expect(part, origin).toMatch(/^title_ja: .*[\p{Script=Han}\p{Script=Katakana}]/mu);
        expect(part, origin).toMatch(/^description_ja: \|\n {4}.*[\p{Script=Hiragana}].*。/mu);
      }
  });

  it("are built on rules that raise no alerts of their own", () => {
    expect(ruleSet.rules.filter(({ alerts }) => alerts).map(({ facts }) => facts.title)).toEqual([]);
  });

  it("each have samples", () => {
    expect(SAMPLES.map(([origin]) => origin).sort()).toEqual(sources.map(({ origin }) => origin).sort());
  });

  it("stay silent through an ordinary hour", () => {
    const hour = [
      ...generate({ seed: "rules", startMs: START_MS, durationMs: HOUR_MS, eventsPerSecond: 5, story: false }),
    ];
    expect(hour.length).toBeGreaterThan(15_000);
    expect(firedBy(hour)).toEqual([]);
  });
});

describe.each(SAMPLES)("%s", (origin, told, silent) => {
  it("fires once on what it is meant for", () => expect(fired(told).filter((one) => one === origin)).toEqual([origin]));

  test.each(Object.entries(silent))("is silent about %s", (_, lines) => expect(fired(lines)).not.toContain(origin));
});
