import { MAX_PID, toCount, toIp, toPort } from "../address.ts";
import { clip, MAX_MESSAGE_CHARS } from "../bounds.ts";
import type { Action, Outcome } from "../contract.ts";
import { addField, bounded, classify, type Reading, setField, setTimeMs } from "../reading.ts";
import { tell } from "../server/answer.ts";
import { levelOfSyslog, severityOfSyslog, syslogOfLevelWord } from "../severity.ts";
import { fillRequest } from "../web/access.ts";
import { toLineTimeMs } from "./line-time.ts";

/**
 * An application's own log, as data. A line is its when `mark` (one literal that stands in each of its lines) and `line` fit; what it
 * says is the first of `says` whose text fits the message. A product whose `line` is anybody's is known by its sentences alone.
 *
 * Named groups of both patterns: time, level, pid, message; user, ip, port, dip, dport, name (the far end without an address); method, url,
 * version, status, bytes, agent, referrer, host of a request; any other name is a field of that name.
 */
export type Product = {
  readonly dataset: string;
  /** What the answer "with what" says. */
  readonly name: string;
  readonly mark: string;
  readonly line: RegExp;
  readonly says: readonly Sentence[];
  readonly isKnownByLine: boolean;
};
export type Sentence = { readonly text: RegExp; readonly action: Action | ""; readonly outcome: Outcome | "" };

/** Pieces of patterns. All are bounded, so that no line makes a pattern go back and forth for long. */
export const TIME = String.raw`(?<time>\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d)(?![\w:]))?)`;
export const LEVEL = "(?<level>[A-Za-z]{1,12})";
export const REST = "(?<message>[^]*)";
const IPV4 = String.raw`(?:\d{1,3}\.){3}\d{1,3}`;
const IPV6 = String.raw`[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]{1,40}(?:(?:\.\d{1,3}){3})?`;
export const IP = String.raw`\[?(?<ip>${IPV4}|${IPV6})\]?`;
export const NEAR = String.raw`\[?(?<dip>${IPV4}|${IPV6})\]?`;
/**
 * Anybody's text. An address behind it is believed only where the sentence ends soon after (`$`): else a name that reads like the rest
 * of the sentence would put an address of its choice there. Before it, `$` must not hang on this text's length.
 */
export const USER = "(?<user>.{1,256}?)";
/** ` (Auth.js:888)`: where in its code a program wrote the line. */
export const CODE_PLACE = String.raw`(?: \([\w.]{1,64}:\d{1,6}\))?`;

export const pattern = (text: string): RegExp => new RegExp(text);
export const says = (text: string, action: Action | "", outcome: Outcome | ""): Sentence => ({
  text: pattern(text),
  action,
  outcome,
});

const MAX_CHARS = 16_384;

/** Reads a line by the first product that it is of. Nothing is written when it is of none. */
export function readProduct(event: Reading, text: string, context: ProductContext): boolean {
  for (const product of context.products) {
    if (!text.includes(product.mark)) continue;
    const line = product.line.exec(text.length > MAX_CHARS ? text.slice(0, MAX_CHARS) : text)?.groups;
    if (line === undefined) continue;
    const message = line.message ?? text;
    const said = sentenceIn(message, product.says);
    if (said === undefined && !product.isKnownByLine) continue;
    write(event, { product, sentence: said?.sentence, groups: joined(line, said?.groups ?? {}), message }, context);
    return true;
  }
  return false;
}

/** nearMs: when the line came, for times without a year. */
export type ProductContext = { readonly products: readonly Product[]; readonly zone: string; readonly nearMs: number };

/** Reads the message of a log whose own fields are read already; what no sentence fits is still the application's. */
export function writeSentence(
  event: Reading,
  message: string,
  { dataset, name, says: sentences }: Pick<Product, "dataset" | "name" | "says">,
): void {
  const said = sentenceIn(message, sentences);
  const { message: _, ...groups }: Groups = said?.groups ?? {};
  fillFrom(event, { dataset, name, sentence: said?.sentence, groups });
}

type Groups = Readonly<Record<string, string | undefined>>;
type Found = {
  readonly product: Product;
  readonly sentence: Sentence | undefined;
  readonly groups: Groups;
  readonly message: string;
};

function sentenceIn(message: string, says: readonly Sentence[]): { sentence: Sentence; groups: Groups } | undefined {
  for (const sentence of says) {
    const found = sentence.text.exec(message);
    if (found !== null) return { sentence, groups: found.groups ?? {} };
  }
  return undefined;
}

/** What the sentence leaves open the line may have said. */
function joined(line: Groups, sentence: Groups): Groups {
  const all: Record<string, string | undefined> = { ...line };
  for (const name in sentence) all[name] = sentence[name] ?? line[name];
  return all;
}

/** Groups that go to columns; the rest are fields. */
const COLUMNS = new Set(
  "time message user ip port name method url version status bytes agent referrer host".split(" "),
);

function write(event: Reading, { product, sentence, groups, message }: Found, { zone, nearMs }: ProductContext): void {
  const { hot } = event;
  hot.message = clip(message, MAX_MESSAGE_CHARS);
  setField(event, "message", message);
  if (groups.time !== undefined) setTimeMs(event, toLineTimeMs(groups.time, { zone, nearMs }));
  const syslog = syslogOfLevelWord(LEVELS.get(groups.level ?? "") ?? groups.level ?? "");
  if (syslog >= 0) {
    hot.log_level = levelOfSyslog(syslog);
    hot.event_severity = severityOfSyslog(syslog);
  }
  hot.process_pid = toCount(groups.pid ?? "", MAX_PID) || hot.process_pid;
  hot.destination_ip = toIp(groups.dip);
  hot.destination_port = toPort(groups.dport);
  if (groups.method !== undefined) writeRequest(event, groups);
  fillFrom(event, { dataset: product.dataset, name: product.name, sentence, groups });
  if (groups.method === undefined) return;
  classify(hot, product.dataset, { product: "", category: "webserver", service: "" });
  hot.with_what = hot.user_agent_original || hot.with_what;
}

type Filling = Pick<Product, "dataset" | "name"> & { readonly sentence: Sentence | undefined; readonly groups: Groups };

function fillFrom(event: Reading, { dataset, name: withWhat, sentence, groups }: Filling): void {
  const fields: Record<string, string> = {};
  for (const name in groups) if (!COLUMNS.has(name)) fields[NAMES.get(name) ?? name] = groups[name]?.trim() ?? "";
  const action = sentence?.action ?? "";
  const outcome = action === "http-request" ? outcomeOf(groups.status) : (sentence?.outcome ?? "");
  tell(event, { ...toldOf(event, groups), dataset, action, outcome, withWhat, fields });
}

function outcomeOf(status: string | undefined): Outcome {
  if (status === undefined) return "unknown";
  return Number(status) < 400 ? "success" : "failure";
}

const toldOf = ({ hot }: Reading, groups: Groups) => ({
  product: "",
  user: known(groups.user) || known(groups.account),
  ip: groups.ip ?? "",
  port: groups.port ?? "",
  ...(groups.name !== undefined && { name: groups.name }),
  what: hot.url_full === "" ? "" : hot.url_domain + hot.url_full,
});

const NAMES = new Map([
  ["dip", "dst_ip"],
  ["dport", "dst_port"],
]);

const known = (text: string | undefined): string => (text === undefined || text === "-" ? "" : text.trim());

/** Levels of one or three letters: .NET's Serilog and qBittorrent. */
const LEVELS = new Map([
  ["VRB", "verbose"],
  ["DBG", "debug"],
  ["INF", "info"],
  ["WRN", "warning"],
  ["ERR", "error"],
  ["FTL", "fatal"],
  ["N", "notice"],
  ["I", "info"],
  ["W", "warning"],
  ["C", "critical"],
]);

function writeRequest(event: Reading, groups: Groups): void {
  const { hot } = event;
  hot.url_domain = bounded(groups.host ?? "");
  addField(event, "cs-host", hot.url_domain);
  fillRequest(event, `${groups.method} ${groups.url ?? ""} HTTP/${groups.version ?? ""}`);
  if (groups.version === undefined) {
    hot.network_protocol = "";
    delete event.fields["cs-version"];
  }
  const status = Number(groups.status ?? 0);
  hot.http_response_status_code = status;
  if (status !== 0) addField(event, "sc-status", status);
  if (groups.bytes !== undefined) {
    hot.destination_bytes = Number(groups.bytes);
    addField(event, "sc-bytes", hot.destination_bytes);
  }
  hot.user_agent_original = bounded(textIn(groups.agent));
  hot.http_request_referrer = textIn(groups.referrer);
  addField(event, "cs-user-agent", hot.user_agent_original);
  addField(event, "cs-referer", hot.http_request_referrer);
}

const textIn = (text: string | undefined): string => (text === undefined || text === "-" ? "" : text);
