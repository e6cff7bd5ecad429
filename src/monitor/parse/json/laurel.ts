import type { Fields, FieldValue } from "../../event/index.ts";
import { epochToMs } from "../instant.ts";
import { addField, type Reading, setTimeMs, textOf } from "../reading.ts";
import { finishRecord } from "./auditd.ts";

const STAMP = /^(\d{1,12})\.(\d{3}):(\d{1,20})$/;
/** The record that says what was done stands before those that say with what. */
const DETAILS = new Set(["PATH", "CWD", "PROCTITLE", "PARENT_INFO", "EXECVE", "SOCKADDR", "EOE", "NODE", "ID"]);

export const isLaurel = (fields: Fields): boolean => STAMP.test(textOf(fields, "ID")) && recordOf(fields) !== "";

/**
 * LAUREL: all records of one action of the Linux audit system as one JSON object, `{"ID":"epoch.ms:serial","SYSCALL":{…},"EXECVE":{"ARGV":[…]}}`.
 * The main record's values also stand under auditd's own names, so that the rules for auditd see them. Source: LAUREL's README and laurel(8).
 */
export function readLaurel(event: Reading): void {
  const { fields } = event;
  const record = recordOf(fields);
  const [, seconds, milliseconds, serial = ""] = STAMP.exec(textOf(fields, "ID")) ?? [];
  setTimeMs(event, epochToMs(Number(seconds)) + Number(milliseconds));
  for (const name in fields) {
    const value = fields[name];
    if (name.startsWith(`${record}.`) && value !== undefined)
      addField(event, name.slice(record.length + 1), first(value));
  }
  fields.type = record;
  addField(event, "serial", serial);
  addField(event, "node", textOf(fields, "NODE"));
  addField(event, "cwd", textOf(fields, "CWD.cwd"));
  addField(event, "cmdline", wordsOf(fields["EXECVE.ARGV"] ?? fields["PROCTITLE.ARGV"]));
  const path = fields["PATH.name"];
  if (path !== undefined) addField(event, "name", first(path));
  finishRecord(event, "", "");
}

/** SYSCALL, or the one record that there is. */
function recordOf(fields: Fields): string {
  if (fields["SYSCALL.syscall"] !== undefined || fields["SYSCALL.SYSCALL"] !== undefined) return "SYSCALL";
  for (const name in fields) {
    const record = /^([A-Z][A-Z0-9_]{2,31})\./.exec(name)?.[1];
    if (record !== undefined && !DETAILS.has(record)) return record;
  }
  return "";
}

const first = (value: FieldValue): FieldValue => (Array.isArray(value) ? (value[0] ?? "") : value);
const wordsOf = (value: FieldValue | undefined): string =>
  Array.isArray(value) ? value.join(" ") : String(value ?? "");
