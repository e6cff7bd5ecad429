import { describe, expect, it, test } from "vitest";
import { windowsLogSource, windowsRoutes } from "./windows.ts";

const SYSMON = "Microsoft-Windows-Sysmon/Operational";
const categories = (channel: string, id: number | string, type?: string) =>
  windowsRoutes(channel, id, type).map((route) => route.category);

describe("A Windows event's Sigma log sources", () => {
  test.each([
    [SYSMON, 1, ["process_creation"]],
    [SYSMON, "1", ["process_creation"]],
    [SYSMON, 12, ["registry_event", "registry_add", "registry_delete"]],
    [SYSMON, 13, ["registry_set", "registry_event"]],
    [SYSMON, 18, ["pipe_created"]],
    [SYSMON, 26, ["file_delete"]],
    [SYSMON, 9999, [""]],
    ["Security", 4688, ["process_creation"]],
    ["security", 4624, [""]],
    ["Microsoft-Windows-PowerShell/Operational", 4104, ["ps_script"]],
    ["Windows PowerShell", 400, ["ps_classic_start"]],
    ["Somebody's own channel", 1, [""]],
  ])("%s %s has categories %j", (channel, id, expected) => {
    expect(categories(channel, id)).toEqual(expected);
  });

  test.each([
    ["CreateKey", ["registry_event", "registry_add"]],
    ["DeleteValue", ["registry_event", "registry_delete"]],
    ["DeleteKey", ["registry_event", "registry_delete"]],
  ])("Sysmon 12 of type %s is %j", (type, expected) => {
    expect(categories(SYSMON, 12, type)).toEqual(expected);
  });

  it("names the service by channel in any letter case, and by provider when the channel is lost", () => {
    expect(windowsLogSource("SECURITY", 4624)).toEqual({ product: "windows", category: "", service: "security" });
    expect(windowsLogSource("Microsoft-Windows-Sysmon", 3).service).toBe("sysmon");
    expect(windowsLogSource("", 1)).toEqual({ product: "windows", category: "", service: "" });
  });

  it("does not take a channel called like an object's own property for a known one", () => {
    expect(windowsLogSource("constructor", "toString")).toEqual({ product: "windows", category: "", service: "" });
    expect(windowsLogSource("Security", "constructor").category).toBe("");
  });
});
