import { type Fields, type HotColumns, type LogSource, windowsLogSource } from "../../event/index.ts";
import { toCount } from "../address.ts";
import { clip } from "../bounds.ts";
import type { JsonObject } from "../flatten.ts";
import { classify, type ParseHints, type Reading, textOf } from "../reading.ts";
import { levelOfSyslog, severityOfSyslog, syslogOfLevelWord, syslogOfWindowsLevel } from "../severity.ts";
import { BY_CHANNEL, BY_SERVICE } from "./actions-other.ts";
import { SECURITY } from "./actions-security.ts";
import { type EventSpec, SYSMON } from "./actions-sysmon.ts";
import { fillAnswers } from "./answers.ts";
import { completeFields, fillByService } from "./service.ts";
import { readWindowsShape } from "./shape.ts";
import { setWindowsTime } from "./time.ts";

/**
 * Windows event log as JSON, in every shape that shape.ts knows.
 *
 * | question   | column     | from                                                                             |
 * |------------|------------|----------------------------------------------------------------------------------|
 * | who        | who        | User (Sysmon), Subject… account, Target… account of logons, PowerShell's own user |
 * | where from | where_from | the far address or workstation of the event, else the computer it happened on     |
 * | with what  | with_what  | the program that acted (a new process: its parent), else package or provider      |
 * | what       | what       | the object: command line, file, key, target process, `address:port`, account …    |
 * | did what   | did_what   | the event id's action (actions-*.ts); "" for an id without one                    |
 *
 * Returns false, with nothing filled, when the object is no Windows event.
 */
export function readWindows(event: Reading, object: JsonObject, hints: ParseHints): boolean {
  const time = readWindowsShape(event, object);
  if (time === undefined) return false;
  const { fields, hot } = event;
  const channel = textOf(fields, "Channel");
  const provider = textOf(fields, "Provider_Name");
  const eventId = toCount(fields.EventID);
  fields.EventID = eventId;
  const source = sourceOf(channel === "" ? provider : channel, eventId);
  classify(hot, datasetOf(source.service, channel), source);
  completeFields(event, source.service, eventId);
  if (hints.isForMatching === true) return true;
  setWindowsTime(event, time, { hints, isSysmon: source.service === "sysmon" });
  hot.event_code = String(eventId);
  hot.event_provider = provider;
  hot.host_name = textOf(fields, "Computer");
  hot.message = firstLine(textOf(fields, "Message"));
  fillLevel(hot, fields);
  const spec = specOf(source.service, channel, eventId);
  const shell = fillByService(event, { service: source.service, eventId, actor: spec?.actor ?? "subject" });
  fillAnswers(event, { spec, shell });
  return true;
}

/** Sysmon for Linux writes the same events; only its product differs. */
export function sourceOf(channel: string, eventId: number): LogSource {
  const source = windowsLogSource(channel, eventId);
  return channel.startsWith("Linux-Sysmon") ? { ...source, product: "linux" } : source;
}

const datasets = new Map<string, string>();

function datasetOf(service: string, channel: string): string {
  const key = service === "" ? channel : service;
  let dataset = datasets.get(key);
  if (dataset === undefined) {
    const slug = key
      .toLowerCase()
      .replace(/^microsoft-windows-/, "")
      .replace(/\/.*$/, "")
      .replaceAll(/[^a-z0-9]+/g, "-");
    dataset = `windows.${slug === "" ? "event" : slug.slice(0, 64)}`;
    if (datasets.size < 4096) datasets.set(key, dataset);
  }
  return dataset;
}

function specOf(service: string, channel: string, eventId: number): EventSpec | undefined {
  if (service === "sysmon") return SYSMON.get(eventId);
  if (service === "security") return SECURITY.get(eventId);
  const table = service === "" ? BY_CHANNEL.get(channel.toLowerCase()) : BY_SERVICE.get(service);
  return table?.get(eventId);
}

/** The rendered message's first line says what happened; the rest repeats the fields. */
function firstLine(text: string): string {
  const end = text.search(/[\r\n]/);
  return clip(end < 0 ? text : text.slice(0, end), 1024).trim();
}

function fillLevel(hot: HotColumns, fields: Fields): void {
  const word = textOf(fields, "Severity") || textOf(fields, "log.level");
  const level = textOf(fields, "Level");
  let syslog = word === "" ? -1 : syslogOfLevelWord(word);
  if (syslog < 0 && level !== "")
    syslog = /^\d$/.test(level) ? syslogOfWindowsLevel(Number(level)) : syslogOfLevelWord(level);
  if (syslog < 0) return;
  hot.log_level = levelOfSyslog(syslog);
  hot.event_severity = severityOfSyslog(syslog);
}
