import { Command, InvalidArgumentError, Option } from "commander";
import { AppError } from "../kernel/errors.ts";
import { VERSION } from "./version.ts";

// Logs, keys and databases are the user's alone, whatever creates their files.
process.umask(0o077);

/** Commands load what they need when they run, so that `--help` is instant. */
const program = new Command("yagura")
  .description("Yagura 櫓: an open security platform for a company group")
  .version(VERSION)
  .showHelpAfterError("(yagura --help shows what there is)");

const port = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError("a port is a number from 0 to 65535");
  return value;
};
const positive = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new InvalidArgumentError("expected a number, 0 or more");
  return value;
};

program
  .command("start")
  .description("start the server, with everything it needs")
  .option("--data <dir>", "where Yagura keeps what it keeps (default: ./data)")
  .option("--port <number>", "port of the web app and the API (default: 8600)", port)
  .option("--config <file>", "settings (default: ./yagura.yaml, if it is there)")
  .option("--demo", "a sample company with a planted intrusion")
  .action(async (options) => (await import("./commands/start.ts")).start(options));

program
  .command("ingest")
  .description("import files: NDJSON, JSON, text lines, .gz of these, folders, or - for standard input")
  .argument("<file...>", "files, folders, or -")
  .addOption(new Option("--url <url>", "the server").env("YAGURA_URL").default("http://127.0.0.1:8600"))
  .addOption(
    new Option("--token <secret>", "an ingest token (bin/yagura token create)")
      .env("YAGURA_TOKEN")
      .makeOptionMandatory(),
  )
  .option("--format <id>", "parser, instead of finding it by content")
  .option("--source <name>", "name under which the events are kept")
  .action(async (paths: string[], options) => {
    const { runIngest } = await import("./ingest/index.ts");
    const stopping = new AbortController();
    process.once("SIGINT", () => stopping.abort());
    process.exitCode = await runIngest(
      { ...options, paths },
      { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, signal: stopping.signal },
    );
  });

program
  .command("token")
  .description("tokens of senders and integrations")
  .command("create")
  .argument("<name>", "what it is for")
  .option("--data <dir>", "the server's data directory (default: ./data)")
  .option("--config <file>", "settings")
  .addOption(
    new Option("--kind <kind>", "ingest: may send events; api: may read and work as an integration")
      .choices(["ingest", "api"])
      .default("ingest"),
  )
  .option("--unit <id>", "the unit it belongs to (default: the whole group)")
  .option("--quiet", "print the secret only")
  .action(async (name: string, options) => (await import("./commands/token.ts")).createTokenCommand(name, options));

program
  .command("simulate")
  .description("send the logs of a sample company, with a planted intrusion, over the real protocols")
  .addOption(new Option("--url <url>", "the server").env("YAGURA_URL").default("http://127.0.0.1:8600"))
  .addOption(new Option("--token <secret>", "an ingest token").env("YAGURA_TOKEN").makeOptionMandatory())
  .option("--seed <text>", "the same seed gives the same logs", "yagura")
  .option("--rate <events>", "events per second", positive, 20)
  .option("--seconds <number>", "how long (default: until interrupted)", positive)
  .option("--history <hours>", "first replay so many past hours", positive)
  .option("--syslog-host <host>", "where syslog goes", "127.0.0.1")
  .option("--syslog-udp-port <port>", "", port, 5514)
  .option("--syslog-tcp-port <port>", "", port, 5514)
  .action(async (options) => (await import("./commands/simulate.ts")).simulateCommand(options));

try {
  await program.parseAsync();
} catch (error) {
  // What a person can mend is one sentence; everything else is a bug and shows where it happened.
  const text =
    error instanceof AppError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`yagura: ${text}\n`);
  process.exit(1);
}
