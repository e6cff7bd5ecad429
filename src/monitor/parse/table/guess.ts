import { toIp } from "../address.ts";
import { cellsOf } from "./cells.ts";
import type { W3cTable, ZeekTable } from "./table.ts";

/**
 * Shippers often send rows without the head of their file. A row is taken for one of these tables, the defaults of their writers, when
 * it has as many cells and each is of its column's type; what fits none, or two, is left alone. Sources: Zeek 3–8, IIS 7–10 and CloudFront defaults.
 */
const CONN = "ts:time uid:uid id.orig_h:addr id.orig_p:port id.resp_h:addr id.resp_p:port";
const CONN_REST =
  "proto:word service:any duration:number orig_bytes:number resp_bytes:number conn_state:state local_orig:bool local_resp:bool missed_bytes:number history:any orig_pkts:number orig_ip_bytes:number resp_pkts:number resp_ip_bytes:number tunnel_parents:set";
const DNS_REST =
  "proto:word trans_id:number rtt:number query:any qclass:number qclass_name:any qtype:number qtype_name:any rcode:number rcode_name:any AA:bool TC:bool RD:bool RA:bool Z:number answers:list TTLs:numbers rejected:bool";
const HTTP_REST =
  "trans_depth:number method:word host:any uri:any referrer:any version:any user_agent:any origin:any request_body_len:number response_body_len:number status_code:number status_msg:any info_code:number info_msg:any tags:set username:any password:any proxied:set orig_fuids:list orig_filenames:list orig_mime_types:list resp_fuids:list resp_filenames:list resp_mime_types:list";
const IIS =
  "date:date time:clock s-ip:addr cs-method:word cs-uri-stem:path cs-uri-query:any s-port:port cs-username:any c-ip:addr cs(User-Agent):any cs(Referer):any sc-status:number sc-substatus:number sc-win32-status:number time-taken:number";

/** IIS 7 to 8; later versions added the referrer. */
const IIS_7 = IIS.replace(" cs(Referer):any", "");
const CLOUDFRONT =
  "date:date time:clock x-edge-location:edge sc-bytes:number c-ip:addr cs-method:word cs(Host):any cs-uri-stem:path sc-status:number cs(Referer):any cs(User-Agent):any cs-uri-query:any cs(Cookie):any x-edge-result-type:word x-edge-request-id:any x-host-header:any cs-protocol:word cs-bytes:number time-taken:number x-forwarded-for:any ssl-protocol:any ssl-cipher:any x-edge-response-result-type:word cs-protocol-version:any fle-status:any fle-encrypted-fields:any c-port:port time-to-first-byte:number x-edge-detailed-result-type:word sc-content-type:any sc-content-len:number sc-range-start:number sc-range-end:number";

/** Every column of IIS 6 and later, and the ones that it may leave out at the end. */
const IIS_FULL =
  "date:date time:clock s-sitename:site s-computername:any s-ip:addr cs-method:word cs-uri-stem:path cs-uri-query:any s-port:port cs-username:any c-ip:addr cs-version:http cs(User-Agent):any cs(Cookie):any cs(Referer):any cs-host:any sc-status:number sc-substatus:number sc-win32-status:number sc-bytes:number cs-bytes:number time-taken:number";
/** Exchange's protocol logs: SMTP; IMAP4 and POP3, with the column that later versions added. */
const SMTP =
  "date-time:instant connector-id:any session-id:session sequence-number:number local-endpoint:endpoint remote-endpoint:endpoint event:mark data:any context:any";
const IMAP =
  "dateTime:instant sessionId:session seqNumber:number sIp:endpoint cIp:endpoint user:any duration:number rqsize:number rpsize:number command:any parameters:any context:any";

const CHECKS: Readonly<Record<string, (cell: string) => boolean>> = {
  time: (cell) => /^\d{9,11}\.\d{6}$/.test(cell),
  uid: (cell) => /^C[A-Za-z0-9]{8,24}$/.test(cell),
  addr: (cell) => toIp(cell) !== "",
  port: (cell) => /^\d{1,5}$/.test(cell),
  number: (cell) => /^(?:-|\d+(?:\.\d+)?)$/.test(cell),
  bool: (cell) => /^[TF-]$/.test(cell),
  word: (cell) => /^[A-Za-z_-]{1,32}$/.test(cell),
  state: (cell) => /^(?:S[0-3HF]|SHR|REJ|RST[OR]|RSTOS0|RSTRH|OTH)$/.test(cell),
  date: (cell) => /^\d{4}-\d\d-\d\d$/.test(cell),
  clock: (cell) => /^\d\d:\d\d:\d\d$/.test(cell),
  edge: (cell) => /^[A-Z]{3}\d{1,3}(?:-[A-Z]\d{1,2})?$/.test(cell),
  path: (cell) => /^[/*]/.test(cell),
  site: (cell) => /^[A-Z0-9]{1,8}SVC\d{1,10}$/.test(cell),
  http: (cell) => /^(?:-|HTTP\/[\d.]+)$/.test(cell),
  instant: (cell) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(cell),
  session: (cell) => /^[0-9A-F]{16}$/.test(cell),
  endpoint: (cell) => cell === "" || /^\[?[0-9A-Fa-f.:%]{2,60}\]?:\d{1,5}$/.test(cell),
  mark: (cell) => /^[-+<>*]$/.test(cell),
  numbers: (cell) => /^(?:-|\(empty\)|[\d.,-]+)$/.test(cell),
};

const ZEEK_TYPES: Readonly<Record<string, string>> = {
  time: "time",
  addr: "addr",
  port: "port",
  number: "double",
  bool: "bool",
  set: "set[string]",
  list: "vector[string]",
  numbers: "vector[double]",
};

type Guess<T> = { readonly table: T; readonly checks: readonly (((cell: string) => boolean) | undefined)[] };

const columnsOf = (text: string): readonly (readonly [string, string])[] =>
  text.split(" ").map((pair) => {
    const at = pair.lastIndexOf(":");
    return [pair.slice(0, at), pair.slice(at + 1)];
  });

function zeek(path: string, rest: string): Guess<ZeekTable> {
  const columns = columnsOf(`${CONN} ${rest}`);
  return {
    checks: columns.map(([, type]) => CHECKS[type]),
    table: {
      kind: "zeek",
      separator: "\t",
      setSeparator: ",",
      emptyField: "(empty)",
      unsetField: "-",
      path,
      names: columns.map(([name]) => name),
      types: columns.map(([, type]) => ZEEK_TYPES[type] ?? "string"),
    },
  };
}

const ZEEK = [
  zeek("conn", CONN_REST),
  zeek("conn", `${CONN_REST} ip_proto:number`),
  zeek("dns", DNS_REST),
  zeek("dns", `${DNS_REST} opcode:number opcode_name:any`),
  zeek("http", HTTP_REST),
];

function w3c(columns: string, software: string, delimiter: W3cTable["delimiter"] = ""): Guess<W3cTable> {
  const names = columnsOf(columns).map(([name]) => name);
  return {
    checks: columnsOf(columns).map(([, type]) => CHECKS[type]),
    table: { kind: "w3c", names, software, isLocal: false, delimiter },
  };
}

const IIS_NAME = "Microsoft Internet Information Services";
const SPACED = [w3c(IIS, IIS_NAME), w3c(IIS_7, IIS_NAME), w3c(IIS_FULL, IIS_NAME)];
const EXCHANGE_NAME = "Microsoft Exchange Server";
const COMMAS = [SMTP, IMAP, `${IMAP} puid:any`].map((columns) => w3c(columns, EXCHANGE_NAME, ","));
const TABBED = [w3c(CLOUDFRONT, "CloudFront")];

/** The table that a row without a head is a row of; undefined when no default fits. */
export function guessTable(text: string): ZeekTable | W3cTable | undefined {
  if (text.charCodeAt(24) === 44 && text.charCodeAt(23) === 90) return guessed(cellsOf(text, ",", 16), COMMAS);
  if (text.charCodeAt(17) === 9) return guessed(text.split("\t", 64), ZEEK);
  if (text.charCodeAt(4) !== 45) return undefined;
  const between = text.charCodeAt(10);
  if (between !== text.charCodeAt(19)) return undefined;
  if (between === 9) return guessed(text.split("\t", 64), TABBED);
  return between === 32 ? guessed(text.split(" ", 32), SPACED) : undefined;
}

function guessed<T>(cells: readonly string[], guesses: readonly Guess<T>[]): T | undefined {
  const fitting = guesses.filter(
    ({ checks }) => checks.length === cells.length && checks.every((check, at) => check?.(cells[at] ?? "") ?? true),
  );
  return fitting.length === 1 ? fitting[0]?.table : undefined;
}
