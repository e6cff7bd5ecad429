import type { Action } from "../contract.ts";

/**
 * How one event id answers "with what", "what" and "did what".
 * tool and object: field names, the first that is filled counts. `tool` is a path and is shown by its last part.
 * `@to` stands for the far end of a connection, `@message` for the first line of the rendered message.
 */
export type EventSpec = {
  readonly action: Action;
  readonly tool: readonly string[];
  readonly object: readonly string[];
  /** Who acted when the usual fields do not say it: "target" = the account in the Target… fields (logons). */
  readonly actor?: "target";
  readonly outcome?: "success" | "failure";
};

const IMAGE = ["Image"];
const of = (action: Action, tool: readonly string[], object: readonly string[]): EventSpec => ({
  action,
  tool,
  object,
});

/** Source: Sysmon event ids 1–29 and 255, Microsoft Sysinternals. */
export const SYSMON: ReadonlyMap<number, EventSpec> = new Map([
  [1, of("process-started", ["ParentImage", "Image"], ["CommandLine", "Image"])],
  [2, of("file-time-changed", IMAGE, ["TargetFilename"])],
  [3, of("connection-opened", IMAGE, ["@to"])],
  [4, of("monitoring-changed", ["Provider_Name"], ["State", "@message"])],
  [5, of("process-ended", IMAGE, ["Image"])],
  [6, of("driver-loaded", ["ImageLoaded"], ["ImageLoaded"])],
  [7, of("image-loaded", IMAGE, ["ImageLoaded"])],
  [8, of("thread-injected", ["SourceImage"], ["TargetImage"])],
  [9, of("disk-read-raw", IMAGE, ["Device"])],
  [10, of("process-accessed", ["SourceImage"], ["TargetImage"])],
  [11, of("file-created", IMAGE, ["TargetFilename"])],
  [12, of("registry-key-created", IMAGE, ["TargetObject"])],
  [13, of("registry-value-set", IMAGE, ["TargetObject"])],
  [14, of("registry-key-renamed", IMAGE, ["TargetObject"])],
  [15, of("file-stream-created", IMAGE, ["TargetFilename"])],
  [16, of("monitoring-changed", ["Provider_Name"], ["Configuration", "@message"])],
  [17, of("pipe-created", IMAGE, ["PipeName"])],
  [18, of("pipe-connected", IMAGE, ["PipeName"])],
  [19, of("wmi-subscription-changed", ["EventNamespace", "Provider_Name"], ["Query", "Name"])],
  [20, of("wmi-subscription-changed", ["Type", "Provider_Name"], ["Destination", "Name"])],
  [21, of("wmi-subscription-changed", ["Filter", "Provider_Name"], ["Consumer"])],
  [22, of("dns-query", IMAGE, ["QueryName"])],
  [23, of("file-deleted", IMAGE, ["TargetFilename"])],
  [24, of("clipboard-changed", IMAGE, ["ClientInfo", "Session"])],
  [25, of("process-tampered", IMAGE, ["Type", "Image"])],
  [26, of("file-deleted", IMAGE, ["TargetFilename"])],
  [27, of("file-blocked", IMAGE, ["TargetFilename"])],
  [28, of("file-blocked", IMAGE, ["TargetFilename"])],
  [29, of("file-created", IMAGE, ["TargetFilename"])],
  [255, of("monitoring-failed", ["Provider_Name"], ["Description", "ID", "@message"])],
]);
