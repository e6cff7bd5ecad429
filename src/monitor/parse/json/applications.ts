import type { Fields } from "../../event/index.ts";
import { splitHostPort, toIp } from "../address.ts";
import { CODE_PLACE, IP, type Sentence, says, USER, writeSentence } from "../application/product.ts";
import { act, addField, bounded, classify, type Reading, setTimeMs, textOf } from "../reading.ts";
import { readModSecurityNote } from "../server/modsecurity.ts";

/** Applications that log JSON of their own: told by fields that only they have, read by the sentences of their message. */
type JsonApplication = {
  readonly dataset: string;
  readonly name: string;
  readonly is: (fields: Fields) => boolean;
  readonly message: string;
  readonly says: readonly Sentence[];
  readonly fill?: (event: Reading) => void;
};

const SFTPGO_LOGIN = `^User "(?<user>[^"]{1,256})" logged in with "(?<auth_method>[^"]{1,64})",? from ip "${IP}"`;
const LOGGER = String.raw`^(?:\[\w{0,32}Auth\] )?`;
const FAILED = String.raw`${LOGGER}Failed login attempt for username "${USER}" from ip ${IP}(?: \((?<reason>[^()]{1,128})\))?${CODE_PLACE}$`;

const APPLICATIONS: readonly JsonApplication[] = [
  {
    dataset: "sftpgo.server",
    name: "SFTPGo",
    is: (fields) =>
      fields.sender !== undefined && (fields.connection_id !== undefined || fields.client_ip !== undefined),
    message: "message",
    says: [says(SFTPGO_LOGIN, "logged-on", "success"), says("^connection closed", "connection-ended", "success")],
    fill: fillSftpgo,
  },
  {
    dataset: "audiobookshelf.server",
    name: "Audiobookshelf",
    is: (fields) => fields.levelName !== undefined && /\.js:\d+$/.test(textOf(fields, "source").slice(-64)),
    message: "message",
    says: [
      says(FAILED, "logon-failed", "failure"),
      says(`${LOGGER}User "${USER}" (?:successfully )?logged in from ip ${IP}${CODE_PLACE}$`, "logged-on", "success"),
    ],
  },
  {
    dataset: "nextcloud.log",
    name: "Nextcloud",
    is: (fields) => fields.reqId !== undefined && fields.remoteAddr !== undefined && fields.app !== undefined,
    message: "message",
    says: [
      says(
        String.raw`^Login failed: ["']?(?<user>.{1,256}?)["']? \(Remote IP: ["']?${IP}["']?\)$`,
        "logon-failed",
        "failure",
      ),
      says(`^Login failed: "?(?<user>.{1,256}?)"?$`, "logon-failed", "failure"),
      // Written before the password is judged.
      says(`^Login attempt: "?(?<user>.{1,256}?)"?$`, "credentials-checked", "unknown"),
      says(`^Login successful: "?(?<user>.{1,256}?)"?$`, "logged-on", "success"),
      says("^Logout occurred", "logged-off", "success"),
      says(
        `^Bruteforce attempt from "${IP}" detected for action "(?<action>[^"]{1,64})"`,
        "attack-detected",
        "success",
      ),
      says(
        String.raw`^Trusted domain error\. "${IP}" tried to access using "(?<host>[^"]{1,255})"`,
        "http-request-denied",
        "failure",
      ),
      says(String.raw`^File (?:with id "\d{1,18}" )?accessed: "(?<file>.{1,1024})"`, "file-accessed", "success"),
      says(String.raw`^File (?:with id "\d{1,18}" )?created: "(?<file>.{1,1024})"`, "file-created", "success"),
      says(
        String.raw`^File (?:with id "\d{1,18}" )?(?:written to|updated): "(?<file>.{1,1024})"`,
        "file-changed",
        "success",
      ),
      says(String.raw`^File (?:with id "\d{1,18}" )?deleted: "(?<file>.{1,1024})"`, "file-deleted", "success"),
      says(
        String.raw`^File (?:with id "\d{1,18}" )?renamed: .{0,64}"(?<file>.{1,512}?)" to "(?<renamed>.{1,512})"`,
        "file-renamed",
        "success",
      ),
      says(`^Preview accessed: "(?<file>.{1,1024}?)"`, "file-accessed", "success"),
      says(`^User created: "(?<target>.{1,256}?)"`, "user-created", "success"),
      says(`^User deleted: "(?<target>.{1,256}?)"`, "user-deleted", "success"),
    ],
    fill: fillNextcloud,
  },
  {
    dataset: "mongodb.log",
    name: "mongod",
    is: (fields) => fields["t.$date"] !== undefined && fields.ctx !== undefined && fields.c !== undefined,
    message: "msg",
    says: [
      says("^Authentication failed", "logon-failed", "failure"),
      says("^(?:Authentication succeeded|Successfully authenticated)", "logged-on", "success"),
      says("^Connection accepted", "connection-opened", "success"),
      says("^Connection ended", "connection-ended", "success"),
      says("^(?:Unauthorized|not authorized)", "api-called", "failure"),
    ],
    fill: fillMongo,
  },
];

/** Names the application and reads its sentence; what the names of fields say besides is filled by those that mean the same everywhere. */
export function readJsonApplication(event: Reading): boolean {
  const { fields, hot } = event;
  if (readCoraza(event)) return true;
  const found = APPLICATIONS.find(({ is }) => is(fields));
  if (found === undefined) return false;
  const { dataset, name, message, fill } = found;
  hot.message = bounded(textOf(fields, message));
  writeSentence(event, hot.message, { dataset, name, says: found.says });
  if (hot.did_what === "") hot.what = "";
  fill?.(event);
  hot.who = hot.user_name;
  hot.where_from = hot.source_ip;
  return true;
}

function fillSftpgo({ fields, hot }: Reading): void {
  if (hot.source_ip === "") hot.source_ip = toIp(textOf(fields, "client_ip") || textOf(fields, "remote_address"));
  if (hot.user_name === "") hot.user_name = bounded(textOf(fields, "username"));
}

/** Its administrator may choose the time's format; the default is ISO 8601, PHP's `F j, Y H:i:s` was before it. */
function fillNextcloud(event: Reading): void {
  const { fields, hot } = event;
  if (hot.source_ip === "") hot.source_ip = toIp(textOf(fields, "remoteAddr"));
  const user = textOf(fields, "user");
  if (hot.user_name === "" && user !== "--") hot.user_name = bounded(user);
  if (Number.isNaN(event.timeMs)) {
    const ms = Date.parse(`${textOf(fields, "time").slice(0, 64)} UTC`);
    if (!Number.isNaN(ms)) setTimeMs(event, ms);
  }
  hot.file_path = bounded(textOf(fields, "file"));
  if (hot.file_path !== "") hot.what = hot.file_path;
}

function fillMongo(event: Reading): void {
  const { fields, hot } = event;
  const { host, port } = splitHostPort(textOf(fields, "attr.remote") || textOf(fields, "attr.client"));
  hot.source_ip = toIp(host);
  hot.source_port = port;
  addField(event, "src_ip", hot.source_ip);
  hot.user_name = bounded(textOf(fields, "attr.principalName") || textOf(fields, "attr.user"));
  hot.what = bounded(textOf(fields, "attr.authenticationDatabase") || textOf(fields, "attr.db") || hot.message);
}

/** Caddy's log of Coraza: `[client "192.0.2.1"] Coraza: Warning. …`, in ModSecurity's tags. */
function readCoraza(event: Reading): boolean {
  const { fields, hot } = event;
  const message = textOf(fields, "msg");
  const client = /^\[client "([^"]{1,64})"\] Coraza: /.exec(message)?.[1];
  if (client === undefined) return false;
  hot.source_ip = toIp(client);
  hot.message = bounded(message);
  classify(hot, "modsecurity.alert", { product: "", category: "webserver", service: "caddy" });
  act(hot, "attack-detected", "success");
  readModSecurityNote(event, message);
  hot.with_what = "Coraza";
  hot.where_from = hot.source_ip;
  addField(event, "c-ip", hot.source_ip);
  return true;
}
