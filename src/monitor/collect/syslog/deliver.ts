import type { Intake } from "../intake.ts";
import type { Origin } from "../origin.ts";
import { syslogHostName } from "./host-name.ts";

/** Messages of one read, by the host that they name. */
export function byHost(origin: Origin, messages: readonly Buffer[]): { origin: Origin; frames: Buffer[] }[] {
  const groups = new Map<string, { origin: Origin; frames: Buffer[] }>();
  for (const message of messages) {
    const hostName = syslogHostName(message);
    const known = groups.get(hostName ?? "");
    if (known !== undefined) known.frames.push(message);
    else {
      const from = hostName === undefined ? origin : { ...origin, hostName };
      groups.set(hostName ?? "", { origin: from, frames: [message] });
    }
  }
  return [...groups.values()];
}

export type SyslogOptions = {
  readonly intake: Intake;
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** Told of failures that are ours. */
  readonly onBug: (error: unknown) => void;
};
