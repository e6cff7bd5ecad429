import { IP, LEVEL, NEAR, type Product, pattern, REST, says, TIME, USER } from "./product.ts";

/** Applications whose lines begin with a digit: a date, or an epoch. */
export const DATED: readonly Product[] = [
  {
    dataset: "webmin.actions",
    name: "Webmin",
    mark: " [",
    line: pattern(
      String.raw`^(?<id>(?<epoch>\d{10})\.\d{1,12}\.\d{1,6}) \[(?<time>\d\d?\/\w{3}\/\d{4}[ :]\d\d:\d\d:\d\d)\] (?<user>.{1,256}) (?<session>[^\s"]{1,64}) (?:${IP}|(?<name>[^\s"]{1,255})) (?<module>[^\s"]{1,64}) (?<script>[^\s"]{1,128}) "(?<action>[^"]{1,64})" ${REST}`,
    ),
    isKnownByLine: true,
    says: [
      says('^"(?<type>[^"]{0,64})" "(?<reason>wrongpass|nologin|nosuchuser|expired)"', "logon-failed", "failure"),
      says("^", "configuration-changed", "success"),
    ],
  },
  {
    dataset: "freeswitch.server",
    name: "FreeSWITCH",
    mark: "% [",
    line: pattern(String.raw`^${TIME} (?<idle>\d{1,3}\.\d\d)% \[${LEVEL}\] (?<source>\w{1,64}\.c:\d{1,6}) ${REST}`),
    isKnownByLine: true,
    says: [
      says(
        String.raw`^SIP auth failure \((?<request>\w{1,32})\) on sofia profile '(?<profile>[^']{1,128})' for \[(?<user>.{1,512})\] from ip ${IP}(?=\s*$)`,
        "logon-failed",
        "failure",
      ),
      says(
        String.raw`^SIP auth challenge \((?<request>\w{1,32})\) on sofia profile '(?<profile>[^']{1,128})' for \[(?<user>.{1,512})\] from ip ${IP}(?=\s*$)`,
        "credentials-checked",
        "unknown",
      ),
      // Advice may follow on lines of its own.
      says(String.raw`^Can't find user \[(?<user>.{1,512})\] from ${IP}(?=\s*$|\r?\n)`, "logon-failed", "failure"),
      says(`^IP ${IP} Rejected by (?:register )?acl`, "connection-denied", "failure"),
    ],
  },
  {
    dataset: "home-assistant.server",
    name: "Home Assistant",
    mark: " [homeassistant.",
    line: pattern(
      String.raw`^${TIME} ${LEVEL} \((?<thread>[^)]{1,64})\) \[(?<logger>homeassistant\.[\w.]{1,128})\] ${REST}`,
    ),
    isKnownByLine: true,
    says: [
      says(
        String.raw`^Login attempt or request with invalid authentication from (?<name>\S{1,255}) \(${IP}\)\. (?:Requested URL: '(?<url_path>[^']{0,2048})'\. )?\((?<user_agent>.{0,1024})\)$`,
        "logon-failed",
        "failure",
      ),
      says(
        String.raw`^Login attempt or request with invalid authentication from (?<name>\S{1,255})(?: \(${IP}\))?`,
        "logon-failed",
        "failure",
      ),
      says(`^Banned IP ${IP} for too many login attempts`, "connection-denied", "success"),
    ],
  },
  {
    dataset: "odoo.server",
    name: "Odoo",
    mark: " odoo.",
    line: pattern(
      String.raw`^${TIME} (?<pid>\d{1,10}) ${LEVEL} (?<database>\S{1,128}) (?<logger>odoo\.[\w.]{1,128}): ${REST}`,
    ),
    isKnownByLine: true,
    says: [
      says(String.raw`^Login failed for db:(?<db>\S{1,128}) login:${USER} from ${IP}$`, "logon-failed", "failure"),
      says(String.raw`^Login successful for db:(?<db>\S{1,128}) login:${USER} from ${IP}$`, "logged-on", "success"),
    ],
  },
  {
    dataset: "stirling-pdf.server",
    name: "Stirling PDF",
    mark: " s.s.",
    line: pattern(String.raw`^${TIME} ${LEVEL} +(?<logger>s\.s\.[\w.]{1,128}) \[(?<thread>[^\]]{1,128})\] ${REST}`),
    isKnownByLine: true,
    says: [
      says(`^Failed login attempt from IP: ${IP}$`, "logon-failed", "failure"),
      says(`^Invalid password for user: ${USER} from IP: ${IP}$`, "logon-failed", "failure"),
      says(`^(?:User not found|Login attempt for unknown user): ${USER} from IP: ${IP}$`, "logon-failed", "failure"),
      says(`[Ff]ailed .{0,256}from IP: ${IP}$`, "logon-failed", "failure"),
      says(`from IP: ${IP}$`, "logon-failed", "failure"),
    ],
  },
  {
    dataset: "zimbra.mailbox",
    name: "Zimbra",
    mark: "] [",
    line: pattern(
      String.raw`^${TIME} ${LEVEL} +\[(?<thread>[^\]:]{1,128}(?::(?<scheme>\w{1,16}):\/\/(?<server>[^\]:/]{1,255})(?::(?<dport>\d{1,5}))?(?<path>\/[^\]]{0,1024})?)?)\] \[(?:name=(?<account>[^;\]]{0,256});)?(?:[^\]]{0,512}?;)??oip=${IP};(?:[^\]]{0,512};)?(?:o?port=(?<port>\d{1,5});)?(?:[^\]]{0,1024})\] (?<logger>[\w.-]{1,64}) - ${REST}`,
    ),
    isKnownByLine: true,
    says: [
      says(
        String.raw`authentication failed for \[(?<user>[^\]]{1,256})\](?:, ?(?<reason>.{1,256}))?`,
        "logon-failed",
        "failure",
      ),
      says("^handler exception", "anomaly-detected", "failure"),
    ],
  },
  {
    dataset: "keycloak.events",
    name: "Keycloak",
    mark: " [org.key",
    line: pattern(String.raw`^${TIME} ${LEVEL} +\[(?<logger>org\.key[\w.]{1,64})\] \((?<thread>[^)]{1,128})\) ${REST}`),
    isKnownByLine: true,
    says: [
      ["LOGIN_ERROR", "logon-failed", "failure"] as const,
      ["LOGIN", "logged-on", "success"] as const,
      ["LOGOUT", "logged-off", "success"] as const,
      ["(?:UPDATE|RESET)_PASSWORD", "password-changed", "success"] as const,
      ["REGISTER", "user-created", "success"] as const,
      [String.raw`\w{1,64}_ERROR`, "anomaly-detected", "failure"] as const,
      [String.raw`\w{1,64}`, "api-called", "success"] as const,
    ].map(([type, action, outcome]) =>
      // Names that are not quoted may hold a second address: then none is believed.
      says(
        String.raw`^type=("?)(?<type>${type})\1,(?:(?!.{0,8192} ipAddress=\1[^"].{0,8192} ipAddress=\1[^"])(?: realmId="?(?<realm_id>[^",]{1,128})"?,)?(?: realmName="?[^",]{1,128}"?,)?(?: clientId="?(?<client_id>[^",]{1,256})"?,)?(?: userId="?(?<user_id>[^",]{1,128})"?,)?(?: sessionId="?[^",]{1,128}"?,)? ipAddress="?${IP}"?(?:, error="?(?<error>[^",]{1,128})"?)?(?:.{0,4096}? username="?(?<user>[^",]{1,256}))?)?`,
        action,
        outcome,
      ),
    ),
  },
  {
    dataset: "uptime-kuma.server",
    name: "Uptime Kuma",
    mark: " [AUTH] ",
    line: pattern(String.raw`^${TIME} \[(?<module>AUTH)\] ${LEVEL}: ${REST}`),
    isKnownByLine: true,
    says: [
      says(
        String.raw`^(?:Incorrect username or password|Invalid token provided|No active user) for (?:user )?${USER}\. IP=${IP}$`,
        "logon-failed",
        "failure",
      ),
      says(String.raw`^Successfully logged in user ${USER}\. IP=${IP}$`, "logged-on", "success"),
      says(String.raw`^Login by (?:token|username \+ password)\. IP=${IP}$`, "credentials-checked", "unknown"),
    ],
  },
  {
    dataset: "hestiacp.auth",
    name: "Hestia",
    mark: " failed to login",
    line: pattern(String.raw`^${TIME} (?<user>[\w.@-]{1,64}) ${IP} ${REST}`),
    isKnownByLine: false,
    says: [says("^failed to login$", "logon-failed", "failure")],
  },
  {
    dataset: "hestiacp.auth",
    name: "Hestia",
    mark: " logged in",
    line: pattern(String.raw`^${TIME} (?<user>[\w.@-]{1,64}) ${IP} ${REST}`),
    isKnownByLine: false,
    says: [says("^(?:successfully )?logged in$", "logged-on", "success")],
  },
  {
    dataset: "overseerr.server",
    name: "Overseerr",
    mark: "][",
    line: pattern(String.raw`^${TIME} \[${LEVEL}\]\[(?<label>[^\]]{1,64})\]: ${REST}`),
    isKnownByLine: false,
    says: [
      says(
        '^Failed (?:sign-in|login) attempt.{0,256}?"ip":"(?<ip>[^"]{2,45})"(?:.{0,256}?"(?:email|username)":"(?<user>[^"]{1,256})")?',
        "logon-failed",
        "failure",
      ),
    ],
  },
  {
    dataset: "ombi.server",
    name: "Ombi",
    mark: " login attempt by IP: ",
    line: pattern(String.raw`^${TIME} \[${LEVEL}\] ${REST}`),
    isKnownByLine: false,
    says: [says(`^Failed login attempt by IP: ${IP}$`, "logon-failed", "failure")],
  },
  {
    dataset: "servarr.server",
    name: "Servarr",
    mark: "|Auth|",
    line: pattern(String.raw`^${TIME}\|${LEVEL}\|(?<logger>Auth)\|${REST}`),
    isKnownByLine: true,
    says: [
      says(
        `^Auth-(?:Failure|Unauthorized) ip ${IP}(?: username '${USER}'| url '(?<requested>[^']{0,2048})')?$`,
        "logon-failed",
        "failure",
      ),
      says(`^Auth-Success ip ${IP}(?: username '${USER}')?$`, "logged-on", "success"),
      says(`^Auth-Logout ip ${IP}(?: username '${USER}')?$`, "logged-off", "success"),
    ],
  },
  {
    dataset: "teamspeak.server",
    name: "TeamSpeak",
    mark: "|query from ",
    line: pattern(
      String.raw`^${TIME}\|(?<level>\w{1,8}) *\|(?<service>\w{1,32}) *\|(?<virtual_server>[ \d]{1,6})\|${REST}`,
    ),
    isKnownByLine: true,
    says: [
      says(
        String.raw`^query from (?<query>\d{1,10}) ${IP}:(?<port>\d{1,5}) attempted to (?:log ?in) (?:with|as) (?:account )?"${USER}" and failed`,
        "logon-failed",
        "failure",
      ),
      says(String.raw`^query from (?<query>\d{1,10}) ${IP}:(?<port>\d{1,5}) issued`, "command-run", "unknown"),
      says(String.raw`^query from (?<query>\d{1,10}) ${IP}:(?<port>\d{1,5})`, "connection-opened", "unknown"),
    ],
  },
  {
    dataset: "zoraxy.access",
    name: "Zoraxy",
    mark: " [router:",
    line: pattern(
      String.raw`^(?:\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d )?\[${TIME}\] \[router:(?<router>[^\]]{1,64})\] \[origin: ?(?<host>[^\]]{0,255})\] \[client: ?${IP}\] \[useragent: ?(?<agent>[^\]]{0,2048})\] (?<method>[A-Z]{1,32}) (?<url>\S{1,8192}) (?<status>\d{3})$`,
    ),
    isKnownByLine: true,
    says: [says("^", "http-request", "unknown")],
  },
  {
    dataset: "joplin.server",
    name: "Joplin Server",
    mark: " App: ",
    line: pattern(
      String.raw`^(?:\d\d:\d\d:\d\d \d{1,4}\|app +\| )?${TIME}: (?:\[${LEVEL}\] )?App: (?:(?<status>\d{3}): (?<method>[A-Z]{3,16}) (?<url>\/[^\s:]{0,2048}): )?${REST}`,
    ),
    isKnownByLine: true,
    says: [
      says(
        String.raw`^${IP}: (?:(?<bytes>\d{1,15}) B: |\d{1,15}[\d.]{0,8} [kMG]i?B: )?(?<method>[A-Z]{3,16}) (?<url>\/\S{0,2048}) \((?<status>\d{3})\) \((?<took_ms>\d{1,9})ms\)`,
        "http-request",
        "unknown",
      ),
      says(
        String.raw`^${IP}: Invalid username or password(?:: \{"email":"(?<user>[^"]{1,256})")?`,
        "logon-failed",
        "failure",
      ),
      says(`^${IP}: `, "http-request-denied", "failure"),
    ],
  },
  {
    dataset: "sshesame.honeypot",
    name: "sshesame",
    mark: " [",
    line: pattern(String.raw`^${TIME} \[${IP}:(?<port>\d{1,5})\] (?:\[channel (?<channel>\d{1,9})\] )?${REST}`),
    isKnownByLine: false,
    says: [
      says(
        String.raw`^authentication for user "(?<user>[^"]{0,256})" (?:with (?:password "(?<password>(?:[^"\\]|\\.){0,1024})"|public key "(?<public_key>[^"]{1,512})"|keyboard interactive answers \[(?<answers>[^\]]{0,1024})\]) |without credentials )accepted`,
        "logged-on",
        "success",
      ),
      says(
        String.raw`^authentication for user "(?<user>[^"]{0,256})" (?:with (?:password "(?<password>(?:[^"\\]|\\.){0,1024})"|public key "(?<public_key>[^"]{1,512})"|keyboard interactive answers \[(?<answers>[^\]]{0,1024})\]) |without credentials )rejected`,
        "logon-failed",
        "failure",
      ),
      says(
        '^connection with client version "(?<client_version>[^"]{0,256})" established',
        "connection-opened",
        "success",
      ),
      says("^connection closed", "connection-ended", "success"),
      says(String.raw`^command "(?<command>(?:[^"\\]|\\.){0,4096})" requested`, "command-run", "success"),
      says(String.raw`^input: "(?<input>(?:[^"\\]|\\.){0,8192})"`, "command-run", "success"),
      says("^shell requested", "shell-started", "success"),
      says(
        String.raw`^direct TCP\/IP forwarding from (?<origin>\S{1,300}) to (?<forward_to>\S{1,300}) requested`,
        "connection-opened",
        "success",
      ),
      says("^(?:channel|session) .{0,128}?(?:requested|opened)", "session-opened", "success"),
      says("^closed$", "session-closed", "success"),
      says(
        String.raw`^(?:PTY|environment|subsystem|X11|window size|rejection of|TCP\/IP|\w{1,32}) .{0,512}(?:requested|changed|accepted|rejected|cancelled)`,
        "system-call-made",
        "success",
      ),
    ],
  },
  {
    dataset: "litespeed.error",
    name: "LiteSpeed",
    mark: "] [",
    line: pattern(
      String.raw`^${TIME} \[${LEVEL}\] \[(?<pid>\d{1,10})\] \[(?<client>(?:[A-Z]\d?:)?${IP}:(?<port>\d{1,5})(?:[:-][^#\]]{1,64})?)(?:#(?<vhost>[^\]]{1,255}))?\] ${REST}`,
    ),
    isKnownByLine: true,
    says: [
      says(
        String.raw`\[WebAdmin Console\] Failed Login Attempt - username:${USER} ip:(?<client_ip>[0-9A-Fa-f:.]{2,45}) url:`,
        "logon-failed",
        "failure",
      ),
      says(
        String.raw`^(?:\[[^\]]{1,64}\] )?User '(?<user>[^']{1,256})' failed to authenticate`,
        "logon-failed",
        "failure",
      ),
      says(String.raw`mod_security|\[MODSEC\]|Access to .{1,512} is denied`, "http-request-denied", "failure"),
    ],
  },
  {
    dataset: "suricata.fast",
    name: "Suricata",
    mark: " [**] [",
    line: pattern(
      String.raw`^(?<time>\d\d\/\d\d(?:\/\d{2,4})?-\d\d:\d\d:\d\d\.\d{1,9}) +(?<dropped>\[(?:wDrop|Drop)\] )?\[\*\*\] \[(?<gid>\d{1,10}):(?<sid>\d{1,10}):(?<rev>\d{1,10})\] (?<msg>.{1,1024}?) \[\*\*\] (?:\[Classification: (?<classification>[^\]]{1,256})\] )?(?:\[Priority: (?<priority>\d{1,3})\] )?\{(?<protocol>[\w-]{1,32})\} ${IP}(?::(?<port>\d{1,5}))? -> ${NEAR}(?::(?<dport>\d{1,5}))?`,
    ),
    isKnownByLine: true,
    says: [
      says(String.raw`\d {1,4}\[(?:wDrop|Drop)\] \[`, "attack-blocked", "failure"),
      says("^", "attack-detected", "success"),
    ],
  },
  {
    dataset: "endlessh.honeypot",
    name: "endlessh",
    mark: " host=",
    line: pattern(`^${TIME} ${REST}`),
    isKnownByLine: false,
    says: [
      says(
        String.raw`^ACCEPT host=${IP} port=(?<port>\d{1,5}) fd=(?<fd>\d{1,9}) n=(?<clients>\d{1,9}\/\d{1,9})`,
        "connection-opened",
        "success",
      ),
      says(
        String.raw`^CLOSE host=${IP} port=(?<port>\d{1,5}) fd=(?<fd>\d{1,9}) time=(?<seconds>[\d.]{1,16}) bytes=(?<sent>\d{1,15})`,
        "connection-ended",
        "success",
      ),
    ],
  },
  {
    dataset: "cowrie.honeypot",
    name: "Cowrie",
    mark: " [",
    line: pattern(String.raw`^${TIME} \[(?<system>[^\]]{1,256})\] ${REST}`),
    isKnownByLine: false,
    says: [
      says(
        String.raw`^New connection: ${IP}:(?<port>\d{1,5}) \(${NEAR}:(?<dport>\d{1,5})\) \[session: (?<session>\w{1,64})\]`,
        "connection-opened",
        "success",
      ),
      says(
        String.raw`^login attempt \[b?['"]?(?<user>[^/]{0,256}?)['"]?\/b?['"]?(?<password>.{0,512}?)['"]?\] succeeded$`,
        "logged-on",
        "success",
      ),
      says(
        String.raw`^login attempt \[b?['"]?(?<user>[^/]{0,256}?)['"]?\/b?['"]?(?<password>.{0,512}?)['"]?\] failed$`,
        "logon-failed",
        "failure",
      ),
      says("^CMD: (?<command>.{0,4096})", "command-run", "success"),
    ],
  },
  {
    dataset: "harbor.core",
    name: "Harbor",
    mark: "[client IP=",
    line: pattern(
      String.raw`^${TIME} \[${LEVEL}\] \[(?<source>[^\]]{1,256})\](?:\[client IP="${IP}(?:, ?(?<proxy_ip>[0-9A-Fa-f:.]{2,45}))?[^"]{0,256}" requestID="(?<request_id>[^"]{0,128})"(?: user agent="(?<user_agent>(?:[^"\\]|\\.){0,1024})")?\])?: ${REST}`,
    ),
    isKnownByLine: true,
    says: [says(`^failed to authenticate user: ?${USER}, error: ?(?<error>.{0,1024})`, "logon-failed", "failure")],
  },
  {
    dataset: "ossec.server",
    name: "OSSEC",
    mark: " ossec-",
    line: pattern(
      String.raw`^${TIME} (?<daemon>ossec-\w{1,32})(?:\((?<code>\d{1,6})\)|\[\d{1,10}\])?:? (?:[\w.-]{1,64} at [\w().-]{1,64}: )?${LEVEL}: (?:\(\d{1,6}\): )?${REST}`,
    ),
    isKnownByLine: true,
    says: [
      says("^(?:Analyzing|Monitoring) (?:file|directory|output)", "monitoring-changed", "success"),
      says("^Started", "service-started", "success"),
      says("^(?:Unable|Could not|Error)", "monitoring-failed", "failure"),
    ],
  },
];

/** Those whose lines need no bracket: most lines of others have none, and one look spares most of the marks. */
export const DATED_PLAIN: readonly Product[] = DATED.filter(({ mark }) => !mark.includes("["));
