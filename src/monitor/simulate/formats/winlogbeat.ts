import { WINDOWS_DOMAIN } from "../company.ts";

const CHANNELS = {
  security: {
    channel: "Security",
    provider: "Microsoft-Windows-Security-Auditing",
    guid: "{54849625-5478-4994-a5ba-3e3b0328c30d}",
    module: "security",
  },
  eventlog: {
    channel: "Security",
    provider: "Microsoft-Windows-Eventlog",
    guid: "{fc65ddd8-d6ef-4962-83d5-6e5cfe9ce148}",
    module: "security",
  },
  system: {
    channel: "System",
    provider: "Service Control Manager",
    guid: "{555908d1-a6d7-4695-8e1e-26931d2012f4}",
    module: "system",
  },
  sysmon: {
    channel: "Microsoft-Windows-Sysmon/Operational",
    provider: "Microsoft-Windows-Sysmon",
    guid: "{5770385f-c22a-43e0-bf4c-06f5698ffbd9}",
    module: "sysmon",
  },
} as const;

export type WindowsEvent = {
  readonly atMs: number;
  readonly computer: string;
  readonly log: keyof typeof CHANNELS;
  readonly id: number;
  /** The first line of the message, such as "Process Create:". */
  readonly title: string;
  readonly action: string;
  readonly recordId: number;
  readonly data: Readonly<Record<string, string>>;
  /** Audit success or failure, for the Security channel. */
  readonly outcome?: "success" | "failure";
};

/** A document as Winlogbeat 8 sends it to `_bulk`: ECS on top, the provider's own names under winlog.event_data. */
export function winlogbeat(event: WindowsEvent): Buffer {
  const { channel, provider, guid, module } = CHANNELS[event.log];
  const at = new Date(event.atMs).toISOString();
  const name = `${event.computer}.${WINDOWS_DOMAIN.dns}`;
  const message = [event.title, ...Object.entries(event.data).map(([key, value]) => `${key}: ${value}`)].join("\r\n");
  return Buffer.from(
    JSON.stringify({
      "@timestamp": at,
      agent: { type: "winlogbeat", version: "8.17.0", name: event.computer, id: agentId(event.computer) },
      ecs: { version: "8.0.0" },
      event: {
        kind: "event",
        code: String(event.id),
        provider,
        action: event.action,
        created: new Date(event.atMs + 850).toISOString(),
        ...(event.outcome === undefined ? {} : { outcome: event.outcome }),
      },
      host: { name, hostname: event.computer, os: { family: "windows", platform: "windows", name: "Windows 11 Pro" } },
      log: { level: "information" },
      message,
      winlog: {
        api: "wineventlog",
        channel,
        computer_name: name,
        event_id: String(event.id),
        provider_name: provider,
        provider_guid: guid,
        record_id: event.recordId,
        opcode: "Info",
        task: event.action,
        process: { pid: module === "sysmon" ? 3120 : 744, thread: { id: 4412 } },
        ...(event.outcome === undefined
          ? {}
          : { keywords: [event.outcome === "success" ? "Audit Success" : "Audit Failure"] }),
        event_data: event.data,
      },
    }),
  );
}

/** Stable for a machine, shaped like a UUID. */
function agentId(computer: string): string {
  const hex = Buffer.from(computer.padEnd(16, "-")).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
