import type { Reading } from "../reading.ts";
import type { ServerReader } from "../server/answer.ts";
import { IP, type Product, pattern, REST, readProduct, says, USER } from "./product.ts";

const line = pattern(`^${REST}`);
const program = (dataset: string, name: string, sentences: Product["says"]): Product => ({
  dataset,
  name,
  mark: "",
  line,
  says: sentences,
  isKnownByLine: true,
});

/** Applications that speak through syslog: what they say, by the program in the tag. */
const PROXMOX = program("proxmox.server", "Proxmox VE", [
  says(
    String.raw`^authentication failure; rhost=${IP} user=(?<user>[^\s@]{1,256})(?:@(?<realm>\S{1,64}))? msg=(?<reason>.{1,512})`,
    "logon-failed",
    "failure",
  ),
  says(
    "^<(?<actor>[^>]{1,256})> successful auth for user '(?<user>[^'@]{1,256})(?:@(?<realm>[^']{1,64}))?'",
    "logged-on",
    "success",
  ),
  says(
    String.raw`^<(?<user>[^>@]{1,256})(?:@(?<realm>[^>]{1,64}))?> starting task (?<task>\S{1,256})`,
    "task-started",
    "success",
  ),
  says(
    String.raw`^<(?<user>[^>@]{1,256})(?:@(?<realm>[^>]{1,64}))?> end task (?<task>\S{1,256})`,
    "task-ended",
    "success",
  ),
]);
const SERVARR = program("servarr.server", "Servarr", [
  says(
    String.raw`^\[(?<level>\w{1,8})\] Auth: Auth-(?:Failure|Unauthorized) ip ${IP}(?: username '${USER}'| url '[^']{0,2048}')?$`,
    "logon-failed",
    "failure",
  ),
  says(String.raw`^\[(?<level>\w{1,8})\] Auth: Auth-Success ip ${IP}(?: username '${USER}')?$`, "logged-on", "success"),
  says(String.raw`^\[(?<level>\w{1,8})\] Auth: Auth-Logout ip ${IP}(?: username '${USER}')?$`, "logged-off", "success"),
]);
const MAIL_SCANNER = program("mailscanner.server", "MailScanner", [
  says(
    String.raw`^Message (?<queue_id>\S{1,64}) from ${IP} \((?<from>[^)]{0,320})\) to (?<to>\S{1,1024}) is (?<is>not spam|(?:high[- ]scoring )?spam)(?:,? (?:\((?<reason>[^)]{1,128})\)|(?<report>.{0,4096}score=(?<score>-?[\d.]{1,16}).{0,4096})))?`,
    "mail-rejected",
    "unknown",
  ),
  says(String.raw`^Infected message (?<queue_id>\S{1,64}) came from ${IP}`, "malware-detected", "success"),
  says(
    "^(?:Virus Scanning|Found|Content Checks): .{0,64}(?<what_found>virus|infect|Detected).{0,512}",
    "malware-detected",
    "success",
  ),
]);
const AMAVIS_LINE = String.raw`\((?<am_id>[\w-]{1,64})\) {DECISION} (?<category>[A-Z][A-Z-]{2,31})(?: \((?<match>[^)]{0,512})\))?(?: \{(?<actions>[^}]{0,256})\})?,(?: \w{1,32})? ?(?:LOCAL )?\[(?<relay_ip>[0-9A-Fa-f:.]{2,45})\](?::(?<port>\d{1,5}))?(?: \[${IP}\])? <(?<from>[^>]{0,320})> -> <(?<to>[^>]{0,320})>(?:,<[^>]{0,320}>){0,64}(?:, quarantine: (?<quarantine>[^,]{1,256}))?(?:, Queue-ID: (?<queue_id>[^,]{1,64}))?(?:, Message-ID: <(?<message_id>[^>]{0,512})>)?(?:, mail_id: (?<mail_id>[^,]{1,64}))?(?:, Hits: (?<hits>[^,]{1,32}))?(?:, size: (?<size>\d{1,15}))?`;
const amavis = (decision: string): string => AMAVIS_LINE.replace("{DECISION}", `(?<decision>${decision})`);
const TOOK = String.raw`(?:.{0,1024}?, (?<took_ms>\d{1,9}) ms)?`;
const AMAVIS = program("amavis.server", "amavis", [
  says(
    `^${amavis("Blocked").replace("(?<category>[A-Z][A-Z-]{2,31})", "(?<category>INFECTED|BANNED)")}${TOOK}`,
    "malware-blocked",
    "success",
  ),
  says(`^${amavis("Blocked")}${TOOK}`, "mail-rejected", "success"),
  says(`^${amavis("Passed")}${TOOK}`, "mail-transferred", "success"),
]);
const RESULT = String.raw`^msg: "(?<kind>(?:xccdf|oval)-\w{1,32})", scan-id: "(?<scan_id>[^"]{1,64})", content: "(?<content>[^"]{1,512})"(?:, title: "(?<title>[^"]{0,1024})")?(?:, id: "(?<id>[^"]{1,512})", result: "(?<result>{RESULT})")`;
/** Also the lines that Wazuh's module makes of a scan's report. */
export const OPENSCAP_SAYS = [
  says(RESULT.replace("{RESULT}", "fail|error"), "task-ended", "failure"),
  says(RESULT.replace("{RESULT}", String.raw`\w{1,32}`), "task-ended", "success"),
  says(
    '^msg: "(?<kind>(?:xccdf|oval)-overview)", scan-id: "(?<scan_id>[^"]{1,64})", content: "(?<content>[^"]{1,512})"',
    "task-ended",
    "success",
  ),
  says(
    String.raw`^Evaluation started\. Content: (?<content>\S{1,512}), Profile: (?<profile>\S{1,256}?)\.?$`,
    "task-started",
    "success",
  ),
  says(
    String.raw`^Evaluation finished\. Return code: (?<return_code>\d{1,3}), Base score (?<score>[\d.]{1,16}?)\.?$`,
    "task-ended",
    "success",
  ),
  says("^ERROR: (?<error>.{1,512})", "monitoring-failed", "failure"),
];
const OPENSCAP = program("openscap.scan", "OpenSCAP", OPENSCAP_SAYS);
const CIM = program("openpegasus.cimserver", "OpenPegasus", [
  says(
    String.raw`^(?<code>PGS\d{3,6}): Authentication failed for user (?<user>\S{1,256}?)\.?$`,
    "logon-failed",
    "failure",
  ),
]);
const NETWORK_MANAGER = program("networkmanager.daemon", "NetworkManager", [
  says(
    String.raw`^<(?<level>\w{1,8})> +(?:\[[\d.]{1,24}\] )?.{0,256}(?:failed|error)`,
    "configuration-changed",
    "failure",
  ),
  says(
    String.raw`^<(?<level>\w{1,8})> +(?:\[[\d.]{1,24}\] )?.{0,64}state change: `,
    "configuration-changed",
    "success",
  ),
]);
const IDS = program("snort.alert", "Snort", [
  says(
    String.raw`^\[(?<gid>\d{1,10}):(?<sid>\d{1,10}):(?<rev>\d{1,10})\] (?<msg>.{1,1024}?) (?:\[Classification: (?<classification>[^\]]{1,256})\] )?(?:\[Priority: (?<priority>\d{1,3})\]:? )?(?:<[^>]{1,64}> )?\{(?<protocol>[\w-]{1,32})\} ${IP}(?::(?<port>\d{1,5}))? -> \[?(?<dip>[0-9A-Fa-f:.]{2,45}?)\]?(?::(?<dport>\d{1,5}))?$`,
    "attack-detected",
    "success",
  ),
]);

const PROGRAMS = new Map<string, Product>();
for (const [product, names] of [
  [PROXMOX, "pvedaemon pveproxy pmgdaemon pmgproxy proxmox-backup-api"],
  [SERVARR, "Radarr Sonarr Prowlarr Lidarr Readarr Whisparr mono"],
  [MAIL_SCANNER, "MailScanner"],
  [AMAVIS, "amavis amavisd"],
  [OPENSCAP, "oscap openscap"],
  [CIM, "cimserver vimserver"],
  [NETWORK_MANAGER, "NetworkManager"],
  [IDS, "snort suricata"],
] as const)
  for (const name of names.split(" ")) PROGRAMS.set(name, product);

/** Reads what one of these programs says; false when the program is none of them. */
export const readApplicationProgram: ServerReader = (event: Reading, message, { program: name, zone }) => {
  const product = PROGRAMS.get(name);
  return product !== undefined && readProduct(event, message, { products: [product], zone, nearMs: event.timeMs });
};
