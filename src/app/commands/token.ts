import { controlSocketOf, isAnswered } from "../../platform/directory/index.ts";
import { loadConfig } from "../config.ts";
import { askControl } from "../control.ts";

export type TokenOptions = {
  readonly data?: string;
  readonly config?: string;
  readonly kind: "ingest" | "api";
  readonly unit?: string;
  readonly quiet?: boolean;
};

/** Makes a token through the running server, or, when none runs on the data directory, by opening it for a moment. */
export async function createTokenCommand(name: string, options: TokenOptions): Promise<void> {
  const config = loadConfig(options.config, options.data === undefined ? {} : { data: options.data });
  const socket = controlSocketOf(config.data);
  const order = {
    verb: "create-token" as const,
    name,
    kind: options.kind,
    ...(options.unit !== undefined && { unitId: options.unit }),
  };
  const created = (await isAnswered(socket))
    ? await askControl(socket, order)
    : await withoutListeners(config, () => askControl(socket, order));
  process.stdout.write(options.quiet ? `${created.secret}\n` : message(name, created.secret ?? ""));
}

async function withoutListeners<T>(config: ReturnType<typeof loadConfig>, work: () => Promise<T>): Promise<T> {
  const off = { enabled: false, host: "127.0.0.1", port: 0 };
  const quiet = {
    ...config,
    http: { ...config.http, host: "127.0.0.1", port: 0 },
    syslog: { udp: off, tcp: off },
    elasticsearch: off,
    rules: { directories: [], own: false },
    log: { level: "error" as const },
    workers: 1,
  };
  const { startServer } = await import("../server.ts");
  const server = await startServer(quiet, undefined);
  try {
    return await work();
  } finally {
    await server.close();
  }
}

const message = (name: string, secret: string): string => `
  Token for ${name} (shown only now; Yagura keeps a hash)
  ${secret}

  bin/yagura ingest --token ${secret} FILE…
`;
