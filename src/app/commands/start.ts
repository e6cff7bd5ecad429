import { loadConfig } from "../config.ts";
import { startDemo } from "../demo.ts";
import { startServer } from "../server.ts";
import { buildWebApp, WEB_DIST } from "../web-build.ts";

export type StartOptions = {
  readonly data?: string;
  readonly port?: number;
  readonly config?: string;
  readonly demo?: boolean;
};

/** Builds the web app if needed, starts everything, prints where to go, and ends in order on SIGINT and SIGTERM. */
export async function start(options: StartOptions): Promise<void> {
  outliveReaders();
  const config = loadConfig(options.config, {
    ...(options.data !== undefined && { data: options.data }),
    ...(options.port !== undefined && { port: options.port }),
  });
  const building = buildWebApp();
  building.catch(() => {});
  say("Yagura 櫓 starts…");
  if (await building) say("The web app was built.");
  const server = await startServer(config, WEB_DIST);
  const stopping = new AbortController();
  onStop(async () => {
    stopping.abort();
    await server.close();
  });
  say(whereToGo(server));
  if (options.demo) {
    startDemo({ server, signal: stopping.signal, say }).catch((error: unknown) => {
      // The sample company is a guest: when it cannot go on, the server does.
      process.stderr.write(
        `yagura: the sample company stopped: ${error instanceof Error ? error.message : String(error)}\n`,
      );
    });
  }
}

/** In one piece: whoever waits for the address finds the link beside it. */
function whereToGo({ url, setupLink }: { readonly url: string; readonly setupLink: string | undefined }): string {
  const link = `\n  Create the first administrator (the link works once) · 最初の管理者を作る（一度だけ使えます）\n  ${setupLink}\n`;
  return `\n  ${url}\n${setupLink === undefined ? "" : link}`;
}

/** Whoever read what is printed may go (a killed shipper, a closed terminal): without a listener the next word would end the process. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}

/** A second signal ends the process at once: somebody is waiting. */
function onStop(stop: () => Promise<void>): void {
  let isStopping = false;
  const end = (): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
}

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
