import { readFile } from "node:fs/promises";
import { countText } from "../../kernel/count.ts";
import { AppError } from "../../kernel/errors.ts";
import {
  DEVICE_FORMATS,
  type DeviceFormat,
  isFlowTransport,
  type SimulateOptions,
  simulate,
  TRANSPORTS,
  type Transport,
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
  readonly syslogTlsPort: number;
  readonly relpPort: number;
  readonly forwardPort: number;
  readonly lumberjackPort: number;
  readonly flowPort: number;
  /** File with the certificate of the authority for syslog over TLS. */
  readonly ca?: string;
  readonly forwardKey?: string;
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
  const protocol = protocolIn(command);
  const stopping = new AbortController();
  process.once("SIGINT", () => stopping.abort());
  process.once("SIGTERM", () => stopping.abort());
  const options: SimulateOptions = {
    seed: command.seed,
    rate: command.rate,
    targets: await targetsOf(command),
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

/** Errors: AppError `invalid`. */
function protocolIn({ protocol: asked, format, history }: SimulateCommand): Transport | undefined {
  if (asked === undefined) return undefined;
  const protocol = TRANSPORTS.find((name) => name === asked);
  if (protocol === undefined)
    throw new AppError("invalid", `No protocol "${asked}"; there are ${TRANSPORTS.join(", ")}.`);
  const isFlow = isFlowTransport(protocol);
  if (isFlow && format !== undefined)
    throw new AppError("invalid", `${protocol} carries flow records, no lines: it goes without --format.`);
  if (isFlow && history !== undefined)
    throw new AppError("invalid", "Datagrams of a replay would be dropped unseen: flows go without --history.");
  if (!isFlow && format === undefined)
    throw new AppError(
      "invalid",
      "The sample company's devices have protocols of their own: --protocol goes with --format.",
    );
  return protocol;
}

async function targetsOf(command: SimulateCommand): Promise<SimulateOptions["targets"]> {
  const url = command.url.replace(/\/+$/, "");
  return {
    bulkUrl: `${url}/elastic/_bulk`,
    token: command.token,
    syslogHost: command.syslogHost,
    syslogUdpPort: command.syslogUdpPort,
    syslogTcpPort: command.syslogTcpPort,
    others: {
      urls: { ndjson: `${url}/api/v1/ingest`, hec: `${url}/services/collector`, otlp: `${url}/otlp/v1/logs` },
      ports: {
        syslogTls: command.syslogTlsPort,
        relp: command.relpPort,
        forward: command.forwardPort,
        lumberjack: command.lumberjackPort,
        flows: command.flowPort,
      },
      ...(command.ca !== undefined && { ca: await authorityIn(command.ca) }),
      ...(command.forwardKey !== undefined && { sharedKey: command.forwardKey }),
    },
  };
}

/** Errors: AppError `invalid`. */
async function authorityIn(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new AppError("invalid", `The authority's certificate ${path} cannot be read.`, {}, error);
  }
}

function progressLine(out: NodeJS.WriteStream): NonNullable<SimulateOptions["onProgress"]> {
  let lastAt = 0;
  return ({ phase, events, reachedMs, done }) => {
    if (!out.isTTY || Date.now() - lastAt < PROGRESS_EVERY_MS) return;
    lastAt = Date.now();
    const share = done > 0 ? ` ${Math.round(done * 100)} %` : "";
    out.write(`\r${phase}${share} · ${countText(events, "event")} · ${new Date(reachedMs).toISOString()} `);
  };
}
