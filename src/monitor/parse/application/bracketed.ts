import { CODE_PLACE, IP, LEVEL, type Product, pattern, REST, says, TIME, USER } from "./product.ts";

const FIRST_WORD = String.raw`(?<action>\S{1,64})`;
/** Firefly III ends each entry so: address, account or forwarded address, request. */
const FIREFLY_END = String.raw` -> (?<request>[^\s()]{1,1024})\)?(?: \[\]){0,2}$`;
/** Vaultwarden's address and account, behind a text of its own: what the account says comes after, however long. */
const VAULTWARDEN_END = String.raw`IP: ${IP}(?:\.? Username: (?<user>.{1,256})|\.?$)`;
/** `chan_sip` and `res_pjsip` write the From header and the Call-ID as they came. */
const SIP_REQUEST = String.raw`(?:Registration|Request '\w{1,32}') from '`;
const SIP_FAILED = "' failed for '";
const SIP_TEXT = `(?:(?!${SIP_FAILED}).)`;
const SIP_REASON = String.raw`- (?<reason>[^'()]{1,128}|ACL error \(permit\/deny\))$`;

/** Applications whose lines begin with a bracket. */
export const BRACKETED: readonly Product[] = [
  {
    dataset: "vaultwarden.server",
    name: "Vaultwarden",
    mark: "][vaultwarden::",
    line: pattern(String.raw`^\[${TIME}\]\[(?<module>vaultwarden::[\w:]{1,128})\]\[${LEVEL}\] ${REST}`),
    isKnownByLine: true,
    says: [
      says(
        String.raw`^Username or password is incorrect\. Try again\. IP: ${IP}\. Username: (?:(?<user>.{1,256}?)\.?$|.)`,
        "logon-failed",
        "failure",
      ),
      says(String.raw`^User ${USER} logged in successfully\. IP: ${IP}$`, "logged-on", "success"),
      says(`^Invalid TOTP code! Server time: (?<server_time>.{10,40}?) IP: ${IP}$`, "logon-failed", "failure"),
      says(
        String.raw`^[^:]{0,256}?\b(?:[Ii]nvalid|[Ii]ncorrect|[Ff]ailed|not match|disabled|[Nn]o|[Tt]oo many|[Rr]ate)\b[^:]{0,256}?${VAULTWARDEN_END}`,
        "logon-failed",
        "failure",
      ),
      says(`^[^:]{0,512}?${VAULTWARDEN_END}`, "", "unknown"),
    ],
  },
  {
    dataset: "calibre-web.server",
    name: "Calibre-Web",
    mark: "{cps.",
    line: pattern(String.raw`^\[${TIME}\] +${LEVEL} \{(?<module>cps\.[\w.]{1,64}):(?<line>\d{1,6})\} ${REST}`),
    isKnownByLine: true,
    says: [
      says(`^Login failed for user "${USER}" IP-address: ${IP}$`, "logon-failed", "failure"),
      says(`^Forgot password .{0,128}?user "?${USER}"? .{0,64}IP-address: ${IP}$`, "password-reset", "unknown"),
      says(`^You are now logged in as: '?${USER}'?$`, "logged-on", "success"),
    ],
  },
  {
    dataset: "jellyfin.server",
    name: "Jellyfin",
    mark: ": ",
    line: pattern(
      String.raw`^\[${TIME}\] \[${LEVEL}\] \[(?<thread>\d{1,9})\] (?<logger>[A-Za-z_][\w.+]{2,128}): ${REST}`,
    ),
    isKnownByLine: false,
    says: [
      says(
        String.raw`^Authentication request for "?${USER}"? has been denied \(IP: "?${IP}"?\)\.?$`,
        "logon-failed",
        "failure",
      ),
      says(
        String.raw`^Authentication request for "?${USER}"? has succeeded(?: \(IP: "?${IP}"?\))?\.?$`,
        "logged-on",
        "success",
      ),
      says(`^WS "?${IP}"? (?<socket>open|closed|request)`, "connection-opened", "success"),
    ],
  },
  {
    dataset: "immich.server",
    name: "Immich",
    mark: "[Nest] ",
    line: pattern(
      String.raw`^\[Nest\] (?<pid>\d{1,10}) +- (?<time>\d\d?\/\d\d?\/\d{4}, \d\d?:\d\d:\d\d [AP]M) +${LEVEL} \[(?<context>[^\]]{1,128})\] ${REST}`,
    ),
    isKnownByLine: false,
    says: [says(`^Failed login attempt for user ${USER} from ip address ${IP}$`, "logon-failed", "failure")],
  },
  {
    dataset: "firefly-iii.audit",
    name: "Firefly III",
    mark: ": AUDIT: ",
    line: pattern(String.raw`^\[${TIME}\] (?<environment>\w{1,32})\.${LEVEL}: AUDIT: ${REST}`),
    isKnownByLine: true,
    says: [
      says(
        String.raw`^Login failed\. Attempt for user "${USER}" failed\. \(${IP}(?: \([^()]{1,256}\))?${FIREFLY_END}`,
        "logon-failed",
        "failure",
      ),
      says(
        String.raw`^User is trying to login using "${USER}" \(${IP}(?: \([^()]{1,256}\))?${FIREFLY_END}`,
        "credentials-checked",
        "unknown",
      ),
      says(
        String.raw`^MFA failure count is set to (?<mfa_failures>\d{1,6})\. \(${IP} \((?<user>[^()]{1,256})\)${FIREFLY_END}`,
        "logon-failed",
        "failure",
      ),
      says(
        String.raw`logged (?<how>in|out|back in)\b.{0,256}\(${IP}(?: \((?<user>[^()]{1,256})\))?${FIREFLY_END}`,
        "session-opened",
        "success",
      ),
      says(String.raw`\(${IP}(?: \((?<user>[^()]{1,256})\))?${FIREFLY_END}`, "", "unknown"),
    ],
  },
  {
    dataset: "mailu.admin",
    name: "Mailu",
    mark: "] ",
    line: pattern(String.raw`^\[${TIME}\] ${LEVEL} in (?<module>\w{1,64}): ${REST}`),
    isKnownByLine: false,
    says: [
      says(
        String.raw`^Authentication attempt from ${IP} (?:for ${USER} )?has been rate-limited\.?$`,
        "logon-failed",
        "failure",
      ),
      // A password's first signs may follow, so that no end can be asked for: the last address is the one that Mailu wrote.
      says(
        String.raw`^Login (?:attempt for: (?<user>(?:.{0,512} )?[^\s/]{1,256})(?:\/\S{0,32})? from: ${IP}(?![\w.])|failed for: )`,
        "logon-failed",
        "failure",
      ),
    ],
  },
  {
    dataset: "technitium.dns",
    name: "Technitium DNS Server",
    mark: "DnsServer",
    line: pattern(String.raw`^\[${TIME}\](?: \[${IP}:(?<port>\d{1,5})\])?(?: \[(?<account>[^\]]{1,64})\])? ${REST}`),
    isKnownByLine: true,
    says: [
      says(String.raw`Invalid username or password for user: (?<user>\S{1,256})`, "logon-failed", "failure"),
      says("User logged in", "logged-on", "success"),
    ],
  },
  {
    dataset: "technitium.dns",
    name: "Technitium DNS Server",
    mark: "] User logged in.",
    line: pattern(String.raw`^\[${TIME}\] \[${IP}:(?<port>\d{1,5})\] \[(?<user>[^\]]{1,64})\] ${REST}`),
    isKnownByLine: false,
    says: [says("^User logged in", "logged-on", "success")],
  },
  {
    dataset: "audiobookshelf.server",
    name: "Audiobookshelf",
    mark: "Auth] ",
    line: pattern(String.raw`^\[${TIME}\] ${LEVEL}: \[(?<logger>\w{0,32}Auth)\] ${REST}`),
    isKnownByLine: true,
    says: [
      says(
        String.raw`^Failed login attempt for username "${USER}" from ip ${IP} \((?<reason>[^()]{1,128})\)${CODE_PLACE}$`,
        "logon-failed",
        "failure",
      ),
      says(`^User "${USER}" (?:successfully )?logged in from ip ${IP}${CODE_PLACE}$`, "logged-on", "success"),
    ],
  },
  {
    dataset: "thehive.access",
    name: "TheHive",
    mark: "AccessLogFilter",
    line: pattern(
      String.raw`^\[${LEVEL}\] (?<logger>[\w.]{0,64}AccessLogFilter) \[(?<trace>[^\]]{0,128})\] ${IP} (?<method>[A-Z]{3,16}) (?<url>\S{1,4096}) took (?<took_ms>\d{1,9})ms and returned (?<status>\d{3})(?: (?<bytes>\d{1,15}) bytes)?`,
    ),
    isKnownByLine: true,
    says: [says("^", "http-request", "unknown")],
  },
  {
    dataset: "baserow.access",
    name: "Baserow",
    mark: "[BACKEND][",
    line: pattern(
      String.raw`^\[BACKEND\]\[${TIME}\] ${IP}:(?<port>\d{1,5}) - "(?<method>[A-Z]{3,16}) (?<url>\S{1,4096}) HTTP\/(?<version>[\d.]{1,4})" (?<status>\d{3})`,
    ),
    isKnownByLine: true,
    says: [says("^", "http-request", "unknown")],
  },
  {
    dataset: "asterisk.security",
    name: "Asterisk",
    mark: 'SecurityEvent="',
    line: pattern(
      String.raw`^\[(?<time>[^\]]{12,40})\] SECURITY\[(?<pid>\d{1,10})\](?:\[[^\]]{1,32}\])?:? (?:(?<file>[\w.]{1,64}): ?(?<line>\d{1,6})?(?: (?:in )?\w{1,64})?: )?${REST}`,
    ),
    isKnownByLine: true,
    says: [
      [
        "InvalidPassword|InvalidAccountID|ChallengeResponseFailed|FailedACL|AuthMethodNotAllowed",
        "logon-failed",
        "failure",
      ] as const,
      ["SuccessfulAuth", "logged-on", "success"] as const,
      ["ChallengeSent", "credentials-checked", "unknown"] as const,
      [String.raw`\w{1,64}`, "anomaly-detected", "unknown"] as const,
    ].map(([word, action, outcome]) =>
      says(
        String.raw`SecurityEvent="(?<security_event>${word})".{0,256}?Severity="(?<severity>\w{1,32})",Service="(?<service>[^"]{1,64})".{0,64}?AccountID="(?<user>.{0,256})",SessionID="(?<session_id>[^"]{0,256})",LocalAddress="IPV[46]\/(?<transport>\w{1,8})\/(?<dip>[^"/]{2,45})\/(?<dport>\d{1,5})",RemoteAddress="IPV[46]\/\w{1,8}\/(?<ip>[^"/]{2,45})\/(?<port>\d{1,5})"`,
        action,
        outcome,
      ),
    ),
  },
  {
    dataset: "asterisk.messages",
    name: "Asterisk",
    mark: "NOTICE[",
    line: pattern(
      String.raw`^\[(?<time>[^\]]{12,40})\] NOTICE\[(?<pid>\d{1,10})\](?:\[[^\]]{1,32}\])?:? (?<file>\w{1,64}\.c):? ?(?<line>\d{1,6})?(?: (?:in )?\w{1,64})?: ${REST}`,
    ),
    isKnownByLine: true,
    says: [
      says(
        String.raw`^${SIP_REQUEST}(?<from>.{0,512})${SIP_FAILED}${IP}:(?<port>\d{1,5})' ${SIP_REASON}`,
        "logon-failed",
        "failure",
      ),
      says(
        String.raw`^${SIP_REQUEST}(?<from>${SIP_TEXT}{0,512})${SIP_FAILED}${IP}:(?<port>\d{1,5})' \(callid: (?<call_id>${SIP_TEXT}{1,256})\) ${SIP_REASON}`,
        "logon-failed",
        "failure",
      ),
      // Where the sender's own text before and behind the address may say one, none is believed.
      says(`^${SIP_REQUEST}.{0,2048}${SIP_FAILED}`, "logon-failed", "failure"),
      says(`^Host ${IP} failed to authenticate as '${USER}'`, "logon-failed", "failure"),
      says(`^${IP} failed to authenticate as '${USER}'`, "logon-failed", "failure"),
      says(
        String.raw`^Call from '(?<peer>[^']{0,256})' \((?:[A-Za-z]{2,5}:)?${IP}:(?<port>\d{1,5})\) to extension '(?<extension>.{0,256})' rejected`,
        "logon-failed",
        "failure",
      ),
      // The address in a From header is what the sender claims.
      says("^Failed to authenticate (?<from>.{1,512})", "logon-failed", "failure"),
    ],
  },
  {
    dataset: "nginx-proxy-manager.access",
    name: "Nginx Proxy Manager",
    mark: "] [Length ",
    line: pattern(
      String.raw`^\[(?<time>\d\d?\/\w{3}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] (?:(?<upstream_cache_status>[A-Z-]{1,16}) (?<upstream_status>[\d-]{1,3}) )?(?<status>\d{3}) - (?<method>[A-Z]{1,32}) (?<scheme>\w{1,16}) (?<host>\S{1,255}) "(?<url>[^"]{0,8192})" \[Client ${IP}\] \[Length (?<bytes>\d{1,15})\] \[Gzip (?<gzip_ratio>[\d.-]{1,12})\](?: \[Sent-to (?<target_server>[^\]]{1,255})\])? "(?<agent>[^"]{0,2048})" "(?<referrer>[^"]{0,4096})"`,
    ),
    isKnownByLine: true,
    says: [says("^", "http-request", "unknown")],
  },
  {
    dataset: "nginx.access",
    name: "nginx",
    mark: " HTTP/",
    line: pattern(
      String.raw`^\[(?<time>\d\d?\/\w{3}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] (?<host>\S{1,255}) ${IP} (?<request_time>\d{1,6}\.\d{3}) "(?<method>[A-Z]{1,32}) (?<url>\S{1,8192}) HTTP\/(?<version>[\d.]{1,4})" (?<status>\d{3}) (?<bytes>\d{1,15}) (?<bytes_sent>\d{1,15}) "?(?<referrer>[^\s"]{1,4096})"? "?(?<agent>[^"]{0,2048})"?$`,
    ),
    isKnownByLine: true,
    says: [says("^", "http-request", "unknown")],
  },
  {
    dataset: "cpanel.login",
    name: "cPanel",
    mark: "] info [cpsrvd] ",
    line: pattern(
      String.raw`^\[${TIME}\] (?<level>info) \[cpsrvd\] ${IP} (?:- ${USER} (?:\(possessor: (?<possessor>[^)]{1,256})\) )?(?:-|"(?<request>[^"]{0,2048})") )?${REST}`,
    ),
    isKnownByLine: true,
    says: [
      says(String.raw`^SUCCESS LOGIN (?<service>\w{1,32})`, "logged-on", "success"),
      says(
        String.raw`^(?:FAILED|DEFERRED) LOGIN (?<service>\w{1,32})(?:: (?<reason>.{1,512}))?`,
        "logon-failed",
        "failure",
      ),
      says(String.raw`^PURGE (?<user>[^\s:]{1,256})(?::\S{1,64})? ${FIRST_WORD}`, "session-closed", "success"),
      says(String.raw`^NEW (?<user>[^\s:]{1,256})`, "session-opened", "success"),
    ],
  },
];
