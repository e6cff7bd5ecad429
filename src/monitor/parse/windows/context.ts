import type { Fields } from "../../event/index.ts";
import { baseName, textOf } from "../reading.ts";

/** PowerShell puts its context into one text: `HostApplication=…` (classic) or `Host Application = …` (4103). */
export type ShellContext = { readonly application: string; readonly user: string; readonly command: string };

const NONE: ShellContext = { application: "", user: "", command: "" };

export function readShellContext(fields: Fields): ShellContext {
  const modern = textOf(fields, "ContextInfo");
  if (modern !== "")
    return {
      application: programOf(lineValue(modern, "Host Application = ")),
      user: lineValue(modern, "\n        User = ") || lineValue(modern, " User = "),
      command: lineValue(modern, "Command Name = "),
    };
  const text = classicText(fields);
  if (text === "") return NONE;
  return {
    application: programOf(lineValue(text, "HostApplication=")),
    user: lineValue(text, "UserId="),
    command: lineValue(text, "CommandLine="),
  };
}

function classicText(fields: Fields): string {
  const data = fields.Data;
  if (Array.isArray(data)) return data.join("\n");
  return typeof data === "string" ? data : textOf(fields, "Message");
}

function lineValue(text: string, label: string): string {
  const at = text.indexOf(label);
  if (at < 0) return "";
  const start = at + label.length;
  let end = text.indexOf("\n", start);
  if (end < 0) end = text.length;
  return text.slice(start, end).trim();
}

/** The program's file name in a command line, with or without quotes and arguments. */
export function programOf(commandLine: string): string {
  if (commandLine.charCodeAt(0) === 34) {
    const end = commandLine.indexOf('"', 1);
    return baseName(end < 0 ? commandLine.slice(1) : commandLine.slice(1, end));
  }
  const head = commandLine.slice(0, 512);
  const extension = /\.(?:exe|com|bat|cmd|dll)(?=\s|$)/i.exec(head);
  if (extension !== null) return baseName(head.slice(0, extension.index + extension[0].length));
  const space = head.indexOf(" ");
  return baseName(space < 0 ? head : head.slice(0, space));
}
