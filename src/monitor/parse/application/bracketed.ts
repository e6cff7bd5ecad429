import { IP, LEVEL, type Product, pattern, REST, says, TIME, USER } from "./product.ts";

const FIRST_WORD = String.raw`(?<action>\S{1,64})`;

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
        String.raw`^Username or password is incorrect\. Try again\. IP: ${IP}\. Username: ${USER}\.?$`,
        "logon-failed",
        "failure",
      ),
      says(String.raw`^User ${USER} logged in successfully\. IP: ${IP}$`, "logged-on", "success"),
      says(`^Invalid TOTP code! Server time: (?<server_time>.{10,40}?) IP: ${IP}$`, "logon-failed", "failure"),
      says(
        String.raw`(?:invalid|incorrect|failed|not match|disabled|no|too many|rate).{0,256}?IP: ${IP}\.?(?: Username: ${USER}\.?)?$`,
        "logon-failed",
        "failure",
      ),
      says(
        String.raw`(?:Invalid|Incorrect|Failed).{0,256}?IP: ${IP}\.?(?: Username: ${USER}\.?)?$`,
        "logon-failed",
        "failure",
      ),
      says(String.raw`IP: ${IP}\.?(?: Username: ${USER}\.?)?$`, "", "unknown"),
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
        String.raw`^Authentication request for "?${USER}"? has been denied \(IP: "?${IP}"?\)`,
        "logon-failed",
        "failure",
      ),
      says(
        String.raw`^Authentication request for "?${USER}"? has succeeded(?: \(IP: "?${IP}"?\))?`,
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
        String.raw`^Login failed\. Attempt for user "${USER}" failed\. \(${IP}(?: \([^)]{1,256}\))? -> (?<request>[^)]{1,1024})\)?`,
        "logon-failed",
        "failure",
      ),
      says(
        String.raw`^User is trying to login using "${USER}" \(${IP}(?: \([^)]{1,256}\))? -> (?<request>[^)]{1,1024})\)?`,
        "credentials-checked",
        "unknown",
      ),
      says(
        String.raw`^MFA failure count is set to (?<mfa_failures>\d{1,6})\. \(${IP} \(${USER}\) -> (?<request>[^)]{1,1024})\)?`,
        "logon-failed",
        "failure",
      ),
      says(
        String.raw`logged (?<how>in|out|back in)\b.{0,256}\(${IP}(?: \(${USER}\))? -> (?<request>[^)]{1,1024})\)?`,
        "session-opened",
        "success",
      ),
      says(String.raw`\(${IP}(?: \(${USER}\))? -> (?<request>[^)]{1,1024})\)?`, "", "unknown"),
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
      says(String.raw`^Login (?:attempt for: ${USER}/?\S{0,32} from: ${IP}|failed for: )`, "logon-failed", "failure"),
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
        String.raw`^Failed login attempt for username "${USER}" from ip ${IP} \((?<reason>[^)]{1,128})\)`,
        "logon-failed",
        "failure",
      ),
      says(`User "${USER}" (?:successfully )?logged in from ip ${IP}`, "logged-on", "success"),
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
        String.raw`SecurityEvent="(?<security_event>${word})".{0,256}?Severity="(?<severity>\w{1,32})",Service="(?<service>[^"]{1,64})".{0,64}?AccountID="(?<user>[^"]{0,256})",SessionID="(?<session_id>[^"]{0,256})",LocalAddress="IPV[46]\/(?<transport>\w{1,8})\/(?<dip>[^"/]{2,45})\/(?<dport>\d{1,5})",RemoteAddress="IPV[46]\/\w{1,8}\/(?<ip>[^"/]{2,45})\/(?<port>\d{1,5})"`,
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
        String.raw`^(?:Registration|Request '\w{1,32}') from '(?<from>.{0,256}?)' failed for '${IP}:(?<port>\d{1,5})' (?:\(callid: [^)]{1,256}\) )?- (?<reason>.{1,128})`,
        "logon-failed",
        "failure",
      ),
      says(`^Host ${IP} failed to authenticate as '${USER}'`, "logon-failed", "failure"),
      says(`^${IP} failed to authenticate as '${USER}'`, "logon-failed", "failure"),
      says(`^(?:Failed to authenticate|Call from) .{0,256}${IP}`, "logon-failed", "failure"),
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
