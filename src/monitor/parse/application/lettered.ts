import { IP, LEVEL, NEAR, type Product, pattern, REST, says, TIME, USER } from "./product.ts";
import { OPENSCAP_SAYS } from "./programs.ts";

/** Applications whose lines begin with a word or a parenthesis. */
export const LETTERED: readonly Product[] = [
  {
    dataset: "endlessh.honeypot",
    name: "endlessh-go",
    mark: "] ACCEPT host=",
    line: pattern(
      String.raw`^(?<level>I)(?<time>\d{4} \d\d:\d\d:\d\d\.\d{6}) +(?<pid>\d{1,10}) (?<source>[\w.]{1,64}:\d{1,6})\] ACCEPT host=${IP} port=(?<port>\d{1,5}) n=(?<clients>\d{1,9}\/\d{1,9})`,
    ),
    isKnownByLine: true,
    says: [says("^", "connection-opened", "success")],
  },
  {
    dataset: "endlessh.honeypot",
    name: "endlessh-go",
    mark: "] CLOSE host=",
    line: pattern(
      String.raw`^(?<level>I)(?<time>\d{4} \d\d:\d\d:\d\d\.\d{6}) +(?<pid>\d{1,10}) (?<source>[\w.]{1,64}:\d{1,6})\] CLOSE host=${IP} port=(?<port>\d{1,5}) time=(?<seconds>[\d.]{1,16}) bytes=(?<sent>\d{1,15})`,
    ),
    isKnownByLine: true,
    says: [says("^", "connection-ended", "success")],
  },
  {
    dataset: "qbittorrent.server",
    name: "qBittorrent",
    mark: ") ",
    line: pattern(String.raw`^\((?<level>[NIWC])\) ${TIME} - ${REST}`),
    isKnownByLine: true,
    says: [
      says(
        String.raw`^WebAPI login failure\. Reason: (?<reason>.{1,256}?), IP: ${IP}, username: (?<user>.{1,256})`,
        "logon-failed",
        "failure",
      ),
      says(String.raw`^WebAPI login success\. IP: ${IP}(?:, username: ${USER})?$`, "logged-on", "success"),
    ],
  },
  {
    dataset: "mealie.server",
    name: "Mealie",
    mark: " - ",
    line: pattern(`^${LEVEL} +${TIME} - ${REST}`),
    isKnownByLine: false,
    says: [says(`^Incorrect username or password from ${IP}$`, "logon-failed", "failure")],
  },
  {
    dataset: "uvicorn.access",
    name: "uvicorn",
    mark: ' - "',
    line: pattern(
      String.raw`^(?<level>INFO): {1,8}${IP}:(?<port>\d{1,5}) - "(?<method>[A-Z]{3,16}) (?<url>\S{1,8192}) HTTP\/(?<version>[\d.]{1,4})" (?<status>\d{3})(?: (?<reason>[A-Za-z -]{1,64}))?$`,
    ),
    isKnownByLine: true,
    says: [says("^", "http-request", "unknown")],
  },
  {
    dataset: "pterodactyl.wings",
    name: "Pterodactyl Wings",
    mark: " subsystem=sftp",
    line: pattern(String.raw`^${LEVEL}: \[(?<time>\w{3} {1,2}\d{1,2} \d\d:\d\d:\d\d(?:\.\d{1,9})?)\] ${REST}`),
    isKnownByLine: true,
    says: [
      says(
        String.raw`^(?<reason>failed to validate user credentials.{0,128}?) ip=${IP}:(?<port>\d{1,5})(?: method=(?<method_used>\S{1,32}))? subsystem=(?<subsystem>\S{1,32}) username=(?<user>.{1,256})`,
        "logon-failed",
        "failure",
      ),
    ],
  },
  {
    dataset: "traefik.server",
    name: "Traefik",
    mark: 'msg="Handling ',
    line: pattern(`^time="(?<time>[^"]{19,40})" level=${LEVEL} msg="${REST}`),
    isKnownByLine: false,
    says: [
      says(
        String.raw`^Handling (?<protocol>\w{1,8}) (?:stream|connection) from ${IP}:(?<port>\d{1,5})(?: to ${NEAR}:(?<dport>\d{1,5}))?`,
        "connection-opened",
        "success",
      ),
    ],
  },
  {
    dataset: "ossec.active-response",
    name: "OSSEC active response",
    mark: "/active-response/bin/",
    line: pattern(
      String.raw`^\w{3} (?<time>\w{3} {1,2}\d{1,2} \d\d:\d\d:\d\d) \S{1,8} (?<year>\d{4}) (?<script>\S{1,512}\/active-response\/bin\/\S{1,128}) ${REST}`,
    ),
    isKnownByLine: true,
    says: [
      says(
        String.raw`^(?<command>add) (?<account>\S{1,256}) ${IP}(?: (?<alert>\S{1,64}))?(?: (?<rule>\d{1,10}))?`,
        "firewall-rule-added",
        "success",
      ),
      says(
        String.raw`^(?<command>delete) (?<account>\S{1,256}) ${IP}(?: (?<alert>\S{1,64}))?(?: (?<rule>\d{1,10}))?`,
        "firewall-rule-deleted",
        "success",
      ),
    ],
  },
  {
    dataset: "openscap.scan",
    name: "OpenSCAP",
    mark: "oscap: ",
    line: pattern(`^oscap: ${REST}`),
    isKnownByLine: true,
    says: OPENSCAP_SAYS,
  },
];
