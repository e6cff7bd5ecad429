import { type SimulateOptions, simulate } from "../../monitor/simulate/index.ts";

export type SimulateCommand = {
  readonly url: string;
  readonly token: string;
  readonly seed: string;
  readonly rate: number;
  readonly seconds?: number;
  readonly history?: number;
  readonly syslogHost: string;
  readonly syslogUdpPort: number;
  readonly syslogTcpPort: number;
};

const PROGRESS_EVERY_MS = 1_000;

/** Lives the sample company and sends its logs to a running Yagura, until done or interrupted. */
export async function simulateCommand(command: SimulateCommand): Promise<void> {
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
