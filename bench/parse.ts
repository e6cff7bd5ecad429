/**
 * How many lines a second one core parses, by format, beside the floor: what only splitting the same bytes into fields costs
 * (JSON.parse, or split on spaces). Prints JSON; the median of three rounds. Usage: node bench/parse.ts [windows.jsonl[.gz] …]
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { createParser, type ParseHints, TableHead } from "../src/monitor/parse/index.ts";

const LINES = 40_000;
const ROUNDS = 3;
const START_MS = Date.UTC(2026, 10, 1);

type Set = { format: string; lines: Buffer[]; isJson: boolean; hints?: ParseHints };

const pad = (n: number): string => String(n).padStart(2, "0");
const clock = (i: number): string => `${pad(Math.floor(i / 3600) % 24)}:${pad(Math.floor(i / 60) % 60)}:${pad(i % 60)}`;

/** Lines that differ in what differs in life: time, address, port, user, path. */
const LINE: Readonly<Record<string, (i: number) => string>> = {
  sshd: (i) =>
    `<38>Nov 20 ${clock(i)} web${i % 9} sshd[${i}]: Failed password for invalid user u${i % 50} from 203.0.113.${i % 250} port ${1024 + (i % 60000)} ssh2`,
  rfc5424: (i) =>
    `<134>1 2026-11-20T${clock(i)}.123456+09:00 app${i % 9} worker ${i} ID47 [origin@32473 ip="10.0.0.${i % 250}"] job ${i} finished in ${i % 900} ms`,
  iptables: (i) =>
    `<4>Nov 20 ${clock(i)} fw kernel: [${i}.088484] [UFW BLOCK] IN=eth0 OUT= MAC=00:08:a2:0c:1f:12 SRC=203.0.113.${i % 250} DST=192.0.2.${i % 200} LEN=40 TTL=245 ID=${i % 65535} PROTO=TCP SPT=${i % 65535} DPT=22 WINDOW=1024 SYN URGP=0`,
  combined: (i) =>
    `10.1.${i % 200}.${i % 250} - - [20/Nov/2026:${clock(i)} +0900] "GET /shop/item${i % 999}.html?ref=${i} HTTP/1.1" 200 ${i % 90000} "https://www.example.com/" "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/${100 + (i % 9)}.0"`,
  squid: (i) =>
    `${1795000000 + i}.586    ${i % 900} 10.1.2.${i % 250} TCP_MISS/200 ${i % 90000} GET http://www.example${i % 99}.com/a/b${i}.js user${i % 50} HIER_DIRECT/192.0.2.1 text/javascript`,
  cef: (i) =>
    `CEF:0|Acme|Wall|1.0|100|Connection closed|5|src=10.1.2.${i % 250} spt=${i % 65535} dst=203.0.113.${i % 250} dpt=443 proto=TCP act=allow rt=${START_MS + i} cs1Label=Policy cs1=outbound web suser=user${i % 50} in=${i} out=${i}`,
  leef: (i) =>
    `LEEF:2.0|Acme|Wall|1.0|100|^|src=10.1.2.${i % 250}^srcPort=${i % 65535}^dst=203.0.113.${i % 250}^dstPort=443^proto=TCP^action=allow^devTime=${START_MS + i}^usrName=user${i % 50}^sev=5^policy=outbound web`,
  zeek: (i) =>
    `${1795000000 + i}.586123\tCHhAvVGS1DHFjwGM9\t10.1.2.${i % 250}\t${i % 65535}\t203.0.113.${i % 250}\t443\ttcp\tssl\t1.5\t${i}\t${i}\tSF\tShADad\t(empty)`,
  w3c: (i) =>
    `2026-11-20 ${clock(i)} 192.0.2.1 GET /shop/item${i % 999}.html ref=${i} 443 user${i % 50} 10.1.2.${i % 250} Mozilla/5.0+(Windows+NT+10.0) 200 0 0 ${i % 900}`,
  csv: (i) =>
    `2026-11-20T${clock(i)}Z,user${i % 50},10.1.2.${i % 250},203.0.113.${i % 250},443,"allowed, by rule ${i % 9}",${i}`,
  fortigate: (i) =>
    `<189>date=2026-11-20 time=${clock(i)} devname="FG100" devid="FG100TK" eventtime=${START_MS + i}000000 tz="+0900" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=10.1.2.${i % 250} srcport=${i % 65535} srcintf="lan" dstip=203.0.113.${i % 250} dstport=443 dstintf="wan1" sessionid=${i} proto=6 action="close" policyid=7 service="HTTPS" sentbyte=${i} rcvdbyte=${i} duration=5`,
  panos: (i) =>
    `<14>Nov 20 ${clock(i)} pa1 1,2026/11/20 ${clock(i)},001801000001,TRAFFIC,end,2561,2026/11/20 ${clock(i)},10.1.2.${i % 250},203.0.113.${i % 250},198.51.100.1,203.0.113.${i % 250},web-out,example\\user${i % 50},,ssl,vsys1,trust,untrust,ethernet1/2,ethernet1/1,fwd,2026/11/20 ${clock(i)},${i},1,${i % 65535},443,${i % 60000},443,0x400019,tcp,allow,${i},${i},${i},30,2026/11/20 ${clock(i)},58,any,0,${i},0x8000000000000000,10.0.0.0-10.255.255.255,Japan,0,12,18,tcp-fin,0,0,0,0,,pa-hq,from-policy,,,0,,0,,N/A,0,0,0,0,8f7d1c9e-0000-4000-8000-000000000001,0`,
  asa: (i) =>
    `<166>Nov 20 2026 ${clock(i)} asa1 : %ASA-6-302013: Built outbound TCP connection ${i} for outside:203.0.113.${i % 250}/443 (203.0.113.${i % 250}/443) to inside:10.1.2.${i % 250}/${i % 65535} (198.51.100.1/${i % 60000})`,
  checkpoint: (i) =>
    `<134>1 2026-11-20T${clock(i)}Z gw1 CheckPoint 7 - [action:"Accept"; ifdir:"inbound"; ifname:"eth1"; loguid:"{0x${i},0x0,0x0,0x0}"; origin:"192.0.2.1"; time:"${1795000000 + i}"; version:"5"; product:"VPN-1 & FireWall-1"; src:"10.1.2.${i % 250}"; s_port:"${i % 65535}"; dst:"203.0.113.9"; service:"443"; service_id:"https"; proto:"6"; rule_name:"out"]`,
  sonicwall: (i) =>
    `<134>id=firewall sn=0017C5000001 time="2026-11-20 ${clock(i)} UTC" fw=198.51.100.1 pri=6 c=262144 m=98 msg="Connection Opened" n=${i} src=10.1.2.${i % 250}:${i % 65535}:X0 dst=203.0.113.9:443:X1 proto=tcp/https sent=${i}`,
  srx: (i) =>
    `<14>1 2026-11-20T${clock(i)}.123Z srx1 RT_FLOW - RT_FLOW_SESSION_CLOSE [junos@2636.1.1.1.2.40 reason="TCP FIN" source-address="10.1.2.${i % 250}" source-port="${i % 65535}" destination-address="203.0.113.9" destination-port="443" service-name="junos-https" protocol-id="6" policy-name="out" session-id-32="${i}" bytes-from-client="${i}" bytes-from-server="${i}"]`,
  yamaha: (i) =>
    `<134>Nov 20 ${clock(i)} 192.0.2.1 [INSPECT] PP[01][out][101098] TCP 10.1.2.${i % 250}:${i % 65535} > 203.0.113.${i % 250}:443 (2026/11/20 ${clock(i)})`,
  filterlog: (i) =>
    `<134>Nov 20 ${clock(i)} pf1 filterlog[77]: 4,,,1000000103,igb1,match,block,in,4,0x0,,64,${i},0,DF,6,tcp,60,203.0.113.${i % 250},10.1.2.3,${i % 65535},23,0,S,${i},,65535,,mss`,
  bind: (i) =>
    `<30>Nov 20 ${clock(i)} dns1 named[42]: client @0x7f65100ee4d8 10.1.2.${i % 250}#${1024 + (i % 60000)} (www${i % 999}.example.com): query: www${i % 999}.example.com IN A +E(0)K (10.0.0.53)`,
  postfix: (i) =>
    `<22>Nov 20 ${clock(i)} mx1 postfix/smtp[${i}]: 3F2A1C${pad(i % 100)}: to=<user${i % 50}@example.com>, relay=mx.example.net[203.0.113.${i % 250}]:25, delay=1.2, delays=0.1/0/0.6/0.5, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ${i})`,
  auditd: (i) =>
    `type=SYSCALL msg=audit(${1795000000 + i}.125:${i}): arch=c000003e syscall=59 success=yes exit=0 a0=55 a1=7f a2=1 a3=0 items=2 ppid=70 pid=${i} auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3 comm="id" exe="/usr/bin/id" key=(null)`,
  application: (i) =>
    `2026-11-20 ${clock(i)} INFO worker: job ${i} of user${i % 50} finished in ${i % 900} ms, next at 12:00`,
  ecs: (i) =>
    `{"@timestamp":"2026-11-20T${clock(i)}Z","event":{"action":"allow"},"source":{"ip":"10.1.2.${i % 250}","port":${i % 65535}},"destination":{"ip":"203.0.113.9","port":443},"network":{"transport":"tcp"},"host":{"name":"fw1"},"message":"flow ${i}"}`,
  sysmon: (i) =>
    JSON.stringify({
      EventID: 1,
      Channel: "Microsoft-Windows-Sysmon/Operational",
      Hostname: `WS${i % 99}.example.com`,
      SourceName: "Microsoft-Windows-Sysmon",
      "@timestamp": `2026-11-20T${clock(i)}.456Z`,
      UtcTime: `2026-11-20 ${clock(i)}.123`,
      ProcessGuid: `{0197231e-9be6-6934-5301-${String(i).padStart(12, "0")}}`,
      ProcessId: String(i),
      Image: "C:\\Windows\\System32\\cmd.exe",
      CommandLine: `cmd.exe /c whoami /all ${i} ${"x".repeat(160)}`,
      CurrentDirectory: "C:\\Users\\user\\",
      User: `EXAMPLE\\user${i % 50}`,
      LogonId: "0x3e7",
      IntegrityLevel: "Medium",
      Hashes: `SHA1=${"A1".repeat(20)},MD5=${"B2".repeat(16)},SHA256=${"C3".repeat(32)},IMPHASH=${"D4".repeat(16)}`,
      ParentProcessId: "1092",
      ParentImage: "C:\\Windows\\explorer.exe",
      ParentCommandLine: "C:\\Windows\\explorer.exe",
      OriginalFileName: "Cmd.Exe",
      Company: "Example Corporation",
      Message: `Process Create:\r\nRuleName: -\r\nUtcTime: 2026-11-20 ${clock(i)}.123\r\n${"Field: value of some length\r\n".repeat(25)}`,
    }),
};

/** What stands above the rows of a table, as TableHead is given it. */
const ABOVE: Readonly<Record<string, string>> = {
  zeek: "\n#separator \\x09\n#set_separator\t,\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\thistory\ttunnel_parents\n#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tstring\tset[string]",
  w3c: "\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken",
  csv: "@timestamp,user.name,source.ip,destination.ip,destination.port,message,event.sequence",
};

function fromFile(path: string): Set {
  const bytes = readFileSync(path);
  const text = path.endsWith(".gz") ? gunzipSync(bytes) : bytes;
  const lines: Buffer[] = [];
  for (let start = 0, end = 0; start < text.length && lines.length < LINES; start = end + 1) {
    end = text.indexOf(10, start);
    if (end < 0) end = text.length;
    if (end - start > 2) lines.push(Buffer.from(text.subarray(start, end)));
  }
  return { format: path.replace(/^.*\//, ""), lines, isJson: true };
}

const hints: ParseHints = { format: "auto", transport: "bulk", peer: "", receivedAtMs: START_MS + 30 * 86_400_000 };

function hintsOf(name: string): ParseHints {
  const above = ABOVE[name];
  if (above === undefined) return hints;
  const format = name === "csv" ? "csv" : "auto";
  const table = new TableHead(format, above).tableOf(Buffer.from("row"));
  return { ...hints, format, ...(table && { table }) };
}

/** Median microseconds of CPU per line. */
function measure(lines: readonly Buffer[], work: (line: Buffer) => number): number {
  const rounds: number[] = [];
  let kept = 0;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const before = process.cpuUsage();
    for (const line of lines) kept += work(line);
    const used = process.cpuUsage(before);
    if (round > 0) rounds.push((used.user + used.system) / lines.length);
  }
  if (Number.isNaN(kept)) throw new Error("the work was optimized away");
  return rounds.sort((a, b) => a - b)[1] ?? Number.NaN;
}

const parser = createParser();
const sets: Set[] = Object.entries(LINE).map(([format, line]) => ({
  format,
  lines: Array.from({ length: LINES }, (_, i) => Buffer.from(line(i))),
  isJson: format === "sysmon" || format === "ecs",
  hints: hintsOf(format),
}));
for (const path of process.argv.slice(2)) sets.push(fromFile(path));

const results = sets.map(({ format, lines, isJson, hints: own = hints }) => {
  const bytes = lines.reduce((sum, line) => sum + line.length, 0);
  const problems = lines.filter((line) => parser.parse(line, own).problem !== "").length;
  const parseUs = measure(lines, (line) => parser.parse(line, own).timeMs);
  const floorUs = measure(lines, (line) =>
    isJson ? Object.keys(JSON.parse(line.toString()) as object).length : line.toString().split(" ").length,
  );
  return {
    format,
    bytesPerLine: Math.round(bytes / lines.length),
    linesPerSecond: Math.round(1e6 / parseUs),
    megabytesPerSecond: Math.round(bytes / lines.length / parseUs),
    floorLinesPerSecond: Math.round(1e6 / floorUs),
    timesFloor: Math.round((parseUs / floorUs) * 10) / 10,
    problems,
  };
});
console.log(JSON.stringify({ bench: "parse", node: process.version, lines: LINES, rounds: ROUNDS, results }, null, 2));
