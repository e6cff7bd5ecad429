/** One original line of each kind that the parser knows: what tests mutate and measure the six answers on. */
export type Fixture = {
  readonly kind: "windows" | "web" | "proxy" | "firewall" | "dns" | "auth" | "other";
  readonly line: string;
};

const at = (message: string): string => `<38>Nov 23 10:00:00 srv1 ${message}`;
const windows = (value: object): Fixture => ({
  kind: "windows",
  line: JSON.stringify({ Hostname: "ws1", TimeCreated: "2026-11-23T10:00:00Z", ...value }),
});
const sysmon = (EventID: number, data: object): Fixture =>
  windows({
    EventID,
    Channel: "Microsoft-Windows-Sysmon/Operational",
    SourceName: "Microsoft-Windows-Sysmon",
    UtcTime: "2026-11-23 10:00:00.000",
    User: "EXAMPLE\\sato",
    Image: "C:\\Windows\\cmd.exe",
    ...data,
  });
const security = (EventID: number, data: object): Fixture =>
  windows({
    EventID,
    Channel: "Security",
    SourceName: "Microsoft-Windows-Security-Auditing",
    SubjectUserName: "sato",
    SubjectDomainName: "EXAMPLE",
    ProcessName: "C:\\Windows\\svc.exe",
    ...data,
  });
const of = (kind: Fixture["kind"], lines: readonly string[]): Fixture[] => lines.map((line) => ({ kind, line }));

const CLIENT = '198.51.100.7 - sato [23/Nov/2026:10:00:00 +0000] "GET /a?b=1 HTTP/1.1" 200 5';
const FORTI = 'date=2026-11-23 time=10:00:00 devname="FG1" devid="F" tz="+0000" logid="1" level="notice"';

export const FIXTURES: readonly Fixture[] = [
  ...of("web", [
    "2026-11-23 10:00:01 10.0.0.5 GET /a.aspx id=7 443 sato 198.51.100.7 Mozilla/5.0+(X11) - 200 0 0 31",
    "2026-11-23\t10:00:01\tNRT57-P2\t703\t198.51.100.7\tGET\td1.example.net\t/a\t200\t-\tcurl/8.1\t-\t-\tHit\tabc==\twww.example.com\thttps\t62\t0.001\t-\tTLSv1.3\tTLS_AES_128_GCM_SHA256\tHit\tHTTP/2.0\t-\t-\t51754\t0.001\tHit\ttext/html\t20\t-\t-",
  ]),
  ...of("firewall", [
    "LEEF:1.0|Acme|Wall|2.1|deny|devTime=Nov 23 2026 10:00:00\tsrc=10.1.2.3\tdst=203.0.113.9\tdstPort=22\tproto=TCP\taction=deny",
    "LEEF:2.0|Acme|Wall|2.1|7|^|devTime=2026-11-23 10:00:00^src=10.1.2.3^url=https://www.example.com/^action=allow",
    "1795428000.500000\tCabcdefghijklmnopQ\t10.1.2.3\t50000\t203.0.113.9\t443\ttcp\tssl\t0.1\t1\t2\tSF\tT\tF\t0\tShADad\t5\t6\t7\t8\t-",
  ]),
  sysmon(1, { CommandLine: "cmd /c dir", ParentImage: "C:\\Windows\\explorer.exe" }),
  sysmon(3, {
    SourceIp: "10.1.2.3",
    DestinationIp: "203.0.113.9",
    DestinationPort: "443",
    Protocol: "tcp",
    Initiated: "true",
  }),
  sysmon(7, { ImageLoaded: "C:\\a.dll", Hashes: `SHA256=${"A".repeat(64)}` }),
  sysmon(10, { SourceImage: "C:\\a.exe", TargetImage: "C:\\lsass.exe", User: undefined }),
  sysmon(11, { TargetFilename: "C:\\a.txt" }),
  sysmon(13, { TargetObject: "HKLM\\a", Details: "1" }),
  sysmon(22, { QueryName: "www.example.com", QueryStatus: "0" }),
  security(4624, { TargetUserName: "sato", IpAddress: "198.51.100.7", LogonType: "3" }),
  security(4625, { TargetUserName: "sato", IpAddress: "198.51.100.7" }),
  security(4688, { NewProcessName: "C:\\b.exe", CommandLine: "b" }),
  security(4720, { TargetUserName: "eve" }),
  security(4663, { ObjectType: "File", ObjectName: "C:\\a.txt" }),
  security(5156, {
    Application: "\\device\\a.exe",
    SourceAddress: "10.1.2.3",
    DestAddress: "203.0.113.9",
    DestPort: "443",
    Protocol: "6",
  }),
  windows({
    EventID: 7045,
    Channel: "System",
    SourceName: "Service Control Manager",
    ServiceName: "svc",
    ImagePath: "C:\\svc.exe -x",
  }),
  windows({
    EventID: 4104,
    Channel: "Microsoft-Windows-PowerShell/Operational",
    SourceName: "Microsoft-Windows-PowerShell",
    ScriptBlockText: "Get-Date",
  }),
  {
    kind: "windows",
    line: JSON.stringify({
      Event: {
        System: {
          Provider: { "#attributes": { Name: "Microsoft-Windows-Security-Auditing" } },
          EventID: 4648,
          TimeCreated: { "#attributes": { SystemTime: "2026-11-23T10:00:00.5Z" } },
          Channel: "Security",
          Computer: "ws1",
        },
        EventData: { SubjectUserName: "sato", TargetUserName: "root", ProcessName: "C:\\a.exe" },
      },
    }),
  },
  {
    kind: "windows",
    line: JSON.stringify({
      "@timestamp": "2026-11-23T10:00:00Z",
      winlog: {
        channel: "Security",
        event_id: 4634,
        computer_name: "ws1",
        provider_name: "Microsoft-Windows-Security-Auditing",
        event_data: { TargetUserName: "sato" },
      },
    }),
  },
  ...of("windows", [
    "<Event xmlns='x'><System><Provider Name='Microsoft-Windows-Security-Auditing'/><EventID Qualifiers='0'>4624</EventID><TimeCreated SystemTime='2026-11-23T10:00:00.5Z'/><Channel>Security</Channel><Computer>dc1</Computer></System><EventData><Data Name='TargetUserName'>sato &amp; co</Data><Data Name='IpAddress'>198.51.100.7</Data></EventData></Event>",
  ]),
  ...of("web", [
    `${CLIENT} "-" "curl/8"`,
    CLIENT,
    `www.example.com:443 ${CLIENT} "https://www.example.com/" "Mozilla/5.0 \\"x\\""`,
    at(`nginx: ${CLIENT} "-" "x"`),
    "[Mon Nov 23 10:00:00.1 2026] [core:error] [pid 3] [client 198.51.100.7:1] AH1: no",
    '2026/11/23 10:00:00 [error] 3#0: *1 no, client: 198.51.100.7, server: a, request: "GET / HTTP/1.1"',
  ]),
  ...of("proxy", [
    "1795999999.586    921 10.1.2.3 TCP_MISS/200 507 GET http://www.example.com/a.js?b=1 sato HIER_DIRECT/192.0.2.1 text/html",
    "1795999999.586    921 10.1.2.3 TCP_DENIED/403 0 CONNECT bad.example.com:443 - HIER_NONE/- -",
    `<189>${FORTI} type="utm" subtype="webfilter" action="blocked" srcip=10.1.2.3 hostname="a.example" url="/x" service="HTTPS"`,
    "CEF:0|Acme|Web|1|1|Request|3|src=10.1.2.3 request=http://a.example/ requestMethod=GET act=allow rt=1795999999586",
  ]),
  ...of("firewall", [
    at(
      "kernel: [1.2] [UFW BLOCK] IN=eth0 OUT= MAC=00 SRC=198.51.100.7 DST=10.1.2.3 LEN=40 PROTO=TCP SPT=40000 DPT=22 SYN",
    ),
    `<189>${FORTI} type="traffic" subtype="forward" srcip=10.1.2.3 srcport=1 dstip=203.0.113.9 dstport=443 proto=6 action="accept" service="HTTPS"`,
    at(
      "CEF:0|Acme|Wall|1|1|Session|3|src=10.1.2.3 spt=1 dst=203.0.113.9 dpt=22 proto=TCP act=deny cs1=a b cs1Label=Policy",
    ),
  ]),
  ...of("dns", [
    at("named[7]: client @0x7f 10.1.2.3#5353 (www.example.com): query: www.example.com IN A +E(0)K (10.0.0.53)"),
    at("dnsmasq[7]: query[A] www.example.com from 10.1.2.3"),
    `<189>${FORTI} type="utm" subtype="dns" action="pass" srcip=10.1.2.3 qname="a.example" qtype="A" proto=17`,
  ]),
  ...of("auth", [
    at("sshd[7]: Accepted publickey for sato from 198.51.100.7 port 5 ssh2"),
    at("sshd[7]: Failed password for invalid user a from 198.51.100.7 port 5 ssh2"),
    at("sshd[7]: Connection closed by 198.51.100.7 port 5 [preauth]"),
    at("sudo: sato : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh"),
    at("su: (to root) sato on pts/0"),
    at("su: pam_unix(su:session): session opened for user root by sato(uid=1)"),
    at(
      "sshd[7]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=198.51.100.7  user=root",
    ),
  ]),
  ...of("other", [
    '<165>1 2026-11-23T10:00:00.5+09:00 srv1 app 7 ID1 [a@1 x="1\\"2"] hello',
    "<189>7: *Nov 23 10:00:00.1: %SYS-5-CONFIG_I: Configured from console by admin on vty0 (10.1.2.3)",
    at("CRON[7]: (root) CMD (run)"),
    'type=EXECVE msg=audit(1795428000.250:7): argc=2 a0="id" a1="-u"',
    'time=2026-11-23T10:00:00Z level=info msg="a b" user=sato src=10.1.2.3',
    JSON.stringify({
      "@timestamp": "2026-11-23T10:00:00Z",
      source: { ip: "10.1.2.3" },
      user: { name: "sato" },
      rows: [{ a: 1 }, { a: [2] }],
    }),
    JSON.stringify({
      eventVersion: "1",
      eventTime: "2026-11-23T10:00:00Z",
      eventSource: "s3.amazonaws.com",
      eventName: "GetObject",
      userIdentity: { userName: "sato" },
      requestParameters: { key: "a" },
    }),
    JSON.stringify({ MESSAGE: "x", SYSLOG_IDENTIFIER: "app", _HOSTNAME: "srv1" }),
    JSON.stringify({
      timestamp: "2026-11-23T10:00:00Z",
      event_type: "dns",
      flow_id: 1,
      src_ip: "10.1.2.3",
      dns: { rrname: "a.example" },
    }),
  ]),
];
