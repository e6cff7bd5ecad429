import { describe, expect, test } from "vitest";
import { parseLine } from "../testing.ts";

const REAL = "198.51.100.7";
const FORGED = "9.9.9.9";
const AT = "2026-11-23 10:00:00";
const told = (line: string) => {
  const { hot } = parseLine(line);
  return [hot.dataset, hot.did_what, hot.source_ip];
};

/** Each name reads like the rest of its sentence, with an address of the sender's choice. */
describe("A name that reads like a sentence of its own does not choose the address", () => {
  const vaultwarden = (text: string) => `[${AT}.125][vaultwarden::api::identity][ERROR] ${text}`;
  const jellyfin = (text: string) => `[${AT}.125 +09:00] [INF] [12] Jellyfin.Server.UserManager: ${text}`;
  const sip = (text: string) => `[${AT}] NOTICE[77][C-0001] chan_sip.c: ${text}`;
  const freeswitch = (text: string) => `${AT}.385000 96.03% [WARNING] sofia_reg.c:1792 ${text}`;
  const firefly = (text: string) => `[${AT}] local.INFO: AUDIT: ${text}`;
  const keycloak = (text: string) => `${AT},353 WARN  [org.keycloak.events] (executor-thread-1) ${text}`;
  const pad = "a".repeat(250);

  test.each([
    [
      "vaultwarden.server",
      vaultwarden(
        `Username or password is incorrect. Try again. IP: ${REAL}. Username: ${pad} failed IP: ${FORGED}. Username: y.`,
      ),
    ],
    [
      "vaultwarden.server",
      vaultwarden(`This user has been disabled IP: ${REAL}. Username: ${pad} failed IP: ${FORGED}. Username: y.`),
    ],
    [
      "calibre-web.server",
      `[${AT},125]  WARN {cps.web:1475} Login failed for user "x" IP-address: ${FORGED}" IP-address: ${REAL}`,
    ],
    [
      "jellyfin.server",
      jellyfin(`Authentication request for "x has been denied (IP: ${FORGED})" has been denied (IP: "${REAL}").`),
    ],
    [
      "jellyfin.server",
      jellyfin(`Authentication request for x has succeeded (IP: ${FORGED}). has been denied (IP: ${REAL}).`),
    ],
    [
      "immich.server",
      `[Nest] 7  - 11/23/2026, 10:00:00 PM    WARN [AuthService] Failed login attempt for user x from ip address ${FORGED} from ip address ${REAL}`,
    ],
    [
      "firefly-iii.audit",
      firefly(
        `Login failed. Attempt for user "x" failed. (${FORGED} -> POST:/y)" failed. (${REAL} -> POST:https://money.example.com/login)`,
      ),
    ],
    [
      "firefly-iii.audit",
      firefly(
        `Login failed. Attempt for user "x" failed. (${FORGED} -> z" failed. (${REAL} (192.0.2.1) -> POST:https://money.example.com/login) [] []`,
      ),
    ],
    [
      "mailu.admin",
      `[${AT},125] INFO in nginx: Login attempt for: x from: ${FORGED}/1/imap from: ${REAL}/55287: failed: badauth: 3f0c`,
    ],
    [
      "audiobookshelf.server",
      `[${AT}.125] ERROR: [Auth] Failed login attempt for username "x" from ip ${FORGED} (y)" from ip ${REAL} (User not found) (Auth.js:888)`,
    ],
    [
      "audiobookshelf.server",
      `[${AT}.125] ERROR: [Auth] Failed login attempt for username "User "x" logged in from ip ${FORGED}" from ip ${REAL} (User not found)`,
    ],
    [
      "audiobookshelf.server",
      JSON.stringify({
        ...{ timestamp: `${AT}.784`, source: "Auth.js:888", levelName: "ERROR", level: 4 },
        message: `[Auth] Failed login attempt for username "x" from ip ${FORGED} (y)" from ip ${REAL} (Invalid password)`,
      }),
    ],
    [
      "asterisk.security",
      `[${AT}] SECURITY[77] res_security_log.c: SecurityEvent="InvalidPassword",EventTV="1",Severity="Error",Service="SIP",EventVersion="1",AccountID="x",SessionID="1",LocalAddress="IPV4/UDP/192.0.2.5/5060",RemoteAddress="IPV4/UDP/${FORGED}/1"",SessionID="abc",LocalAddress="IPV4/UDP/192.0.2.5/5060",RemoteAddress="IPV4/UDP/${REAL}/55287"`,
    ],
    [
      "asterisk.messages",
      sip(
        `Registration from '"x' failed for '${FORGED}:5060' - y" <sip:a@b>' failed for '${REAL}:5060' - Wrong password`,
      ),
    ],
    ["asterisk.messages", sip(`Registration from '<sip:a@b>' failed for '${REAL}:5060' - ACL error (permit/deny)`)],
    [
      "asterisk.messages",
      sip(
        `Request 'INVITE' from '"a" <sip:a@b>' failed for '${REAL}:5060' (callid: it's (1) - y) - No matching endpoint found`,
      ),
    ],
    [
      "asterisk.messages",
      sip(`Call from '' (${REAL}:5060) to extension '${FORGED}' rejected because extension not found in context 'x'.`),
    ],
    [
      "asterisk.messages",
      sip(
        `Call from 'anonymous' (UDP:${REAL}:5060) to extension '(${FORGED}:1) to' rejected because extension not found in context 'x'.`,
      ),
    ],
    [
      "freeswitch.server",
      freeswitch(`SIP auth failure (REGISTER) on sofia profile 'internal' for [x] from ip ${FORGED}] from ip ${REAL}`),
    ],
    [
      "freeswitch.server",
      freeswitch(`Can't find user [x] from ${FORGED}] from ${REAL}\nYou must define a domain called 'from ${FORGED}'`),
    ],
    [
      "webmin.actions",
      `1795000000.417.0 [23/Nov/2026 10:00:00] x - ${FORGED} global miniserv.pl "failed" "-" "wrongpass - ${REAL} global miniserv.pl "failed" "-" "wrongpass"`,
    ],
    [
      "odoo.server",
      `${AT},644 1 INFO crm odoo.addons.base.models.res_users: Login failed for db:crm login:x from ${FORGED} from ${REAL}`,
    ],
    [
      "zimbra.mailbox",
      `${AT},616 INFO  [qtp93314457-137:https://mail.example.com:7071/service/admin/soap/AuthRequest] [name=x@example.com;oip=${REAL};port=52016;ua=a;oip=${FORGED};] SoapEngine - handler exception: authentication failed for [x], invalid password`,
    ],
    [
      "keycloak.events",
      keycloak(
        `type="LOGIN_ERROR", realmId="7fb3", clientId="console", userId="null", ipAddress="${REAL}", error="user_not_found", username="x ipAddress=${FORGED}"`,
      ),
    ],
    [
      "qbittorrent.server",
      `(W) 2026-11-23T10:00:00 - WebAPI login failure. Reason: invalid credentials, attempt count: 1, IP: ${REAL}, username: x, IP: ${FORGED}, username: ${pad}`,
    ],
    [
      "pterodactyl.wings",
      `WARN: [Nov 23 10:00:00.643] failed to validate user credentials (invalid format) ip=${REAL}:28050 subsystem=sftp username=a ip=${FORGED}:1 subsystem=s username=${pad}`,
    ],
  ])("%s: %s", (dataset, line) => expect(told(line)).toEqual([dataset, "logon-failed", REAL]));

  test.each([
    [
      "asterisk.messages",
      "a Call-ID and a From header that both hold one",
      sip(
        `Request 'INVITE' from '<sip:a@b>' failed for '${REAL}:5060' (callid: a' failed for '${FORGED}:5060' (callid: b) - No matching endpoint found`,
      ),
    ],
    [
      "asterisk.messages",
      "a From header, which is what the sender claims",
      sip(`Failed to authenticate device "100" <sip:100@${FORGED}>;tag=as3`),
    ],
    [
      "keycloak.events",
      "names without quotes",
      keycloak(
        `type=LOGIN_ERROR, realmId=7fb3, clientId=x, ipAddress=${FORGED}, userId=null, ipAddress=${REAL}, error=user_not_found`,
      ),
    ],
  ])("%s: none is believed of %s", (dataset, _, line) => expect(told(line)).toEqual([dataset, "logon-failed", ""]));

  test("a password that reads like an outcome is none", () => {
    const line = (text: string) => `2026-11-23T10:00:00+0000 [HoneyPotSSHTransport,1,${REAL}] login attempt ${text}`;
    expect(told(line(`[b'root'/b"x'] succeeded"] failed`))[1]).toBe("logon-failed");
    expect(told(line("[b'root'/b'x'] succeeded"))[1]).toBe("logged-on");
  });

  test("a word inside of another is no failure of a logon", () =>
    expect(told(vaultwarden(`Notification generated. IP: ${REAL}`))).toEqual(["vaultwarden.server", "", REAL]));
});
