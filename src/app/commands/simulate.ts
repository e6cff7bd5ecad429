import { AppError } from "../../kernel/errors.ts";
import {
  DEVICE_FORMATS,
  type DeviceFormat,
  type SimulateOptions,
  simulate,
  TRANSPORTS,
} from "../../monitor/simulate/index.ts";

export type SimulateCommand = {
  readonly url: string;
  readonly token: string;
  readonly seed: string;
  readonly rate: number;
  readonly seconds?: number;
  readonly history?: number;
  /** Names of formats between commas, or "all"; without it the sample company. */
  readonly format?: string;
  /** How the formats' lines go; without it each as its device sends it. */
  readonly protocol?: string;
  readonly syslogHost: string;
  readonly syslogUdpPort: number;
  readonly syslogTcpPort: number;
};

const PROGRESS_EVERY_MS = 1_000;

/** The formats that a list between commas names. Errors: AppError `invalid` with the names that there are. */
export function formatsIn(list: string): readonly DeviceFormat[] {
  if (list === "all") return DEVICE_FORMATS;
  return list.split(",").map((part) => {
    const known = DEVICE_FORMATS.find((name) => name === part.trim());
    if (known === undefined)
      throw new AppError("invalid", `No format "${part.trim()}"; there are ${DEVICE_FORMATS.join(", ")} and "all".`);
    return known;
  });
}

/**
 * Lives the sample company, or plays devices of the named formats, and sends their logs to a running Yagura, until done or
 * interrupted. Errors: AppError `invalid` for formats and protocols that there are not.
 */
export async function simulateCommand(command: SimulateCommand): Promise<void> {
  const protocol = TRANSPORTS.find((name) => name === command.protocol);
  if (command.protocol !== undefined && protocol === undefined)
    throw new AppError("invalid", `No protocol "${command.protocol}"; there are ${TRANSPORTS.join(", ")}.`);
  if (protocol !== undefined && command.format === undefined)
    throw new AppError(
      "invalid",
      "The sample company's devices have protocols of their own: --protocol goes with --format.",
    );
  const stopping = new AbortController();
  process.once("SIGINT", () => stopping.abort());
  process.once("SIGTERM", () => stopping.abort());
  const options: SimulateOptions = {
    seed: command.seed,
    rate: command.rate,
    targets: {
      bulkUrl: `${command.url.replace(/\/+$/, "")}/elastic/_bulk`,
      token: command.token,
      syslogHost: command.syslogHost,
      syslogUdpPort: command.syslogUdpPort,
      syslogTcpPort: command.syslogTcpPort,
    },
    signal: stopping.signal,
    onProgress: progressLine(process.stderr),
    ...(command.seconds !== undefined && { durationSeconds: command.seconds }),
    ...(command.history !== undefined && { historyHours: command.history }),
    ...(command.format !== undefined && { formats: formatsIn(command.format) }),
    ...(protocol !== undefined && { protocol }),
  };
  const report = await simulate(options);
  process.stderr.write("\n");
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

function progressLine(out: NodeJS.WriteStream): NonNullable<SimulateOptions["onProgress"]> {
  let lastAt = 0;
  return ({ phase, events, reachedMs, done }) => {
    if (!out.isTTY || Date.now() - lastAt < PROGRESS_EVERY_MS) return;
    lastAt = Date.now();
    const share = done > 0 ? ` ${Math.round(done * 100)} %` : "";
    out.write(`\r${phase}${share} · ${events.toLocaleString("en")} events · ${new Date(reachedMs).toISOString()} `);
  };
}
