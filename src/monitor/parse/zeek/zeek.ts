import type { Fields, HotColumns } from "../../event/index.ts";
import { clip, MAX_MESSAGE_CHARS } from "../bounds.ts";
import { fillColumn, type Target, targetOfColumn } from "../names.ts";
import { act, bounded, classify, endpoint, type Reading, textOf } from "../reading.ts";
import { ZEEK_LOGS, type ZeekLog } from "./logs.ts";
import { logOf } from "./signs.ts";

/**
 * Zeek's logs, from JSON or from a table. The log is named by `_path` (a shipper's, or the table's), else by the fields that only it has.
 *
 * | question   | column     | from                                                              |
 * |------------|------------|-------------------------------------------------------------------|
 * | who        | who        | user, username, client, sender: by log (logs.ts)                  |
 * | where from | where_from | id.orig_h, else the host or sender that the log names             |
 * | with what  | with_what  | user agent, service, command, version: by log, else the transport |
 * | what       | what       | URL, query, file, note, object: by log, else `id.resp_h:port`     |
 * | did what   | did_what   | by log                                                            |
 *
 * Fields keep Zeek's names, as Sigma's zeek rules do. Source: Zeek 7 script reference.
 */
export function readZeek(event: Reading): void {
  const { fields, hot } = event;
  const path = bounded(textOf(fields, "_path") || logOf(fields));
  classify(hot, `zeek.${path === "" ? "log" : path}`, { product: "zeek", category: "", service: path });
  const log = ZEEK_LOGS.get(path) ?? ZEEK_LOGS.get(path.split("-", 1)[0] ?? "");
  fillColumns(event, log);
  hot.observer_vendor = "Zeek";
  hot.observer_product = "Zeek";
  if (fields.uri !== undefined && hot.url_domain !== "") fillUrl(event);
  if (fields.path !== undefined && hot.file_name !== "") hot.file_path = filePath(event);
  act(hot, log?.action ?? "", log?.outcome?.(fields) ?? "");
  answer(event, log, path);
}

const COMMON: Readonly<Partial<Record<keyof HotColumns, string>>> = {
  source_ip: "id.orig_h",
  source_port: "id.orig_p",
  destination_ip: "id.resp_h",
  destination_port: "id.resp_p",
  network_transport: "proto",
  file_hash_md5: "md5",
  file_hash_sha1: "sha1",
  file_hash_sha256: "sha256",
  observer_name: "_system_name",
};

type Source = readonly [Target, string];

const sourcesOf = (columns: object): readonly Source[] =>
  Object.entries(columns).flatMap(([column, name]): Source[] => {
    const target = targetOfColumn(column);
    return target === undefined ? [] : [[target, String(name)]];
  });

const COMMON_SOURCES = sourcesOf(COMMON);
const SOURCES = new Map<ZeekLog, readonly Source[]>(
  [...ZEEK_LOGS.values()].map((log) => [log, [...COMMON_SOURCES, ...sourcesOf(log.columns ?? {})]]),
);

function fillColumns({ fields, hot }: Reading, log: ZeekLog | undefined): void {
  const sources = (log && SOURCES.get(log)) ?? COMMON_SOURCES;
  for (const [target, name] of sources) {
    const value = fields[name];
    if (value !== undefined) fillColumn(hot, target, value);
  }
  hot.message = clip(hot.message, MAX_MESSAGE_CHARS);
}

/** http.log is what went over the wire in clear; a proxy's clients name the whole URL. */
function fillUrl({ fields, hot }: Reading): void {
  const uri = textOf(fields, "uri");
  hot.url_full = uri.includes("://") ? uri : `http://${hot.url_domain}${uri}`;
  hot.url_path = uri.split("?", 1)[0] ?? "";
}

function filePath({ fields }: Reading): string {
  const [folder, name] = [textOf(fields, "path"), textOf(fields, "name")];
  return folder === "" || name === "" ? name || folder : `${folder}\\${name}`;
}

function answer(event: Reading, log: ZeekLog | undefined, path: string): void {
  const { fields, hot } = event;
  const far = endpoint(hot.destination_domain || hot.destination_ip, hot.destination_port);
  const url = hot.url_domain === "" ? "" : hot.url_domain + textOf(fields, "uri");
  hot.who = bounded(first(fields, log?.who) || hot.user_name);
  hot.where_from = bounded(
    hot.source_ip || first(fields, log?.from) || hot.source_domain || hot.observer_name || first(fields, PEER),
  );
  hot.with_what = bounded(first(fields, log?.tool) || hot.network_transport || path);
  hot.what = bounded(url || hot.file_path || first(fields, log?.what) || far || first(fields, OTHER));
}

const PEER = ["peer", "peer_descr"];
/** What logs that describe Zeek itself say. */
const OTHER = ["message", "msg", "name", "id"];

/** Like firstText, but a list answers with its first item. */
function first(fields: Fields, names: readonly string[] | undefined): string {
  for (const name of names ?? []) {
    const value = fields[name];
    const text = Array.isArray(value) ? String(value[0] ?? "") : textOf(fields, name);
    if (text !== "") return text;
  }
  return "";
}
