import { Command, InvalidArgumentError, Option } from "commander";
import { ENCODINGS, type Encoding, encodingOf } from "../kernel/encoding/index.ts";
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

const count = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 64) throw new InvalidArgumentError("a number from 1 to 64");
  return value;
};
const version = (text: string): number => {
  const value = Number(text.replace(/^v/, ""));
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("a version is a number, such as 2");
  return value;
};
const encoding = (text: string): Encoding => {
  const known = encodingOf(text);
  if (known === undefined) throw new InvalidArgumentError(`one of ${ENCODINGS.join(", ")}`);
  return known;
};
const append = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

const SIMULATE_HELP = `
Protocols:
  syslog-udp, syslog-tcp, syslog-tls, relp   syslog messages, to --syslog-host
  lumberjack, forward                        JSON documents as Beats and Fluent Bit send them, to --syslog-host
  bulk, ndjson                               JSON documents, to the server's --url
  hec, otlp-json, otlp-protobuf              the lines themselves, to the server's --url
  netflow9, ipfix                            without --format: flow records of the company's connections

The report (JSON) counts what was acknowledged, refused for ever, and sent again; "sent" where the protocol has no answer.
`;

const HUNT_HELP = `
Reads EVTX, JSON (one object a line, objects one after another, arrays), text logs of every kind that the server knows, CSV with a
header (.csv, .tsv), and gzip, zstd, tar and UTF-16 of these, told by content. Folders are searched without hidden files and links.

Each hit names the file and the record in it, counted from 1:
  text and JSON lines   lines, blank ones left out
  other JSON            objects
  CSV                   rows below the header
  EVTX                  readable records, in the order in which they lie in the file
An archive's entry is named archive/entry.

Exit code:
  0  every file was read to its end, whether or not rules were hit
  1  nothing was hunted: wrong options, no rules, nothing to read
  2  done, but some input or rule folder could not be read (said on standard error)
`;

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
  .description(
    "import files: NDJSON, JSON, text lines, Windows event logs (.evtx), CSV, packet captures (by tshark), .gz of these, folders, or - for standard input",
  )
  .argument("<file...>", "files, folders, or -")
  .addOption(new Option("--url <url>", "the server").env("YAGURA_URL").default("http://127.0.0.1:8600"))
  .addOption(
    new Option("--token <secret>", "an ingest token (bin/yagura token create)")
      .env("YAGURA_TOKEN")
      .makeOptionMandatory(),
  )
  .option("--format <id>", "parser, instead of finding it by content")
  .option("--source <name>", "name under which the events are kept")
  .option("--encoding <name>", "what the files are in, such as Shift_JIS (default: looked at line by line)", encoding)
  .action(async (paths: string[], options) => {
    const { runIngest } = await import("./ingest/index.ts");
    const { tsharkPlaces } = await import("./config.ts");
    const stopping = new AbortController();
    process.once("SIGINT", () => stopping.abort());
    process.exitCode = await runIngest(
      { ...options, paths, tshark: tsharkPlaces() },
      { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, signal: stopping.signal },
    );
  });

program
  .command("hunt")
  .description("run Sigma rules over files, without a server: what was hit, where and when")
  .argument("[file...]", "files, folders, or - for standard input (which is also read when nothing is named)")
  .option("--rules <path>", "a folder of Sigma rules, or one rule; may be repeated (default: Yagura's own)", append)
  .addOption(
    new Option("--format <format>", "of the hits (default: table on a terminal, else jsonl)").choices([
      "jsonl",
      "csv",
      "table",
    ]),
  )
  .option("--stats", "end with one line of JSON on standard error: figures of the hunt")
  .option("--workers <number>", "threads (default: one per core for large input)", count)
  .option("--min-level <level>", "leave out hits of rules below: informational, low, medium, high, critical")
  .option("--from <time>", "leave out events before, such as 2026-11-20T09:00:00+09:00 (no offset: UTC)")
  .option("--to <time>", "leave out events at or after")
  .option("--time-zone <name>", "of logs that write no offset, such as Asia/Tokyo (default: UTC)")
  .option("--fields", "give every field of an event with each hit (jsonl)")
  .option("--list-rejected", "tell which rules cannot run, and why")
  .addOption(new Option("--no-color", "plain text").env("NO_COLOR"))
  .addHelpText("after", HUNT_HELP)
  .action(async (paths: string[], options) => (await import("./commands/hunt.ts")).huntCommand(paths, options));

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
  .option("--format <names>", "instead of the company: lines of these formats, such as panos,zeek, or all")
  .option("--protocol <name>", "with --format: how the lines go (default: as each device sends); or flows: see below")
  .option("--syslog-host <host>", "where syslog goes", "127.0.0.1")
  .option("--syslog-udp-port <port>", "", port, 5514)
  .option("--syslog-tcp-port <port>", "", port, 5514)
  .option("--syslog-tls-port <port>", "", port, 6514)
  .option("--ca <file>", "for syslog-tls: the authority's certificate (PEM), when the system does not know it")
  .option("--relp-port <port>", "", port, 2514)
  .option("--lumberjack-port <port>", "", port, 5044)
  .option("--forward-port <port>", "", port, 24_224)
  .addOption(new Option("--forward-key <key>", "Forward's shared key").env("YAGURA_FORWARD_KEY"))
  .option("--flow-port <port>", "", port, 2055)
  .addHelpText("after", SIMULATE_HELP)
  .action(async (options) => (await import("./commands/simulate.ts")).simulateCommand(options));

const rules = program.command("rules").description("detection rules");

rules
  .command("lint")
  .description("say what is wrong or odd in rule files, with line and reason")
  .argument("<path...>", "files or folders")
  .addOption(new Option("--format <format>", "how to print it").choices(["text", "json"]).default("text"))
  .action(async (paths: string[], options) => {
    const { lintRulesCommand } = await import("./commands/rules-lint.ts");
    process.exitCode = await lintRulesCommand(paths, options, process.stdout);
  });

const onData = (command: Command): Command =>
  command.option("--data <dir>", "the server's data directory (default: ./data)").option("--config <file>", "settings");

onData(rules.command("import"))
  .description("import a pack of Sigma rules as a new version, and put it in force")
  .argument(
    "<from>",
    "a folder, a .zip, .tar.gz or .tar archive, or a git address (https://, ssh://, git@host:path, file://)",
  )
  .option("--name <name>", "the pack's name (default: made of the file's or repository's)")
  .option("--preview", "show what it holds and what would change; store nothing")
  .option("--ref <name>", "branch or tag of the repository (default: its own)")
  .option("--folder <path>", "take only what lies in this folder of it")
  .option("--comment <text>", "kept with the version")
  .action(async (from: string, options) =>
    (await import("./commands/rule-packs.ts")).importPackCommand(from, options, process.stdout),
  );

onData(rules.command("packs"))
  .description("list the imported packs, or the versions of one")
  .argument("[pack]", "its name")
  .action(async (name: string | undefined, options) =>
    (await import("./commands/rule-packs.ts")).listPacksCommand(name, options, process.stdout),
  );

onData(rules.command("rollback"))
  .description("put a former version of a pack in force")
  .argument("<pack>", "its name")
  .argument("<version>", "one of those that bin/yagura rules packs PACK lists", version)
  .option("--reason <text>", "for the audit record", "from the command line")
  .action(async (name: string, to: number, options) =>
    (await import("./commands/rule-packs.ts")).rollbackPackCommand(name, to, options, process.stdout),
  );

onData(rules.command("remove"))
  .description("remove a pack with all its versions")
  .argument("<pack>", "its name")
  .option("--reason <text>", "for the audit record", "from the command line")
  .action(async (name: string, options) =>
    (await import("./commands/rule-packs.ts")).removePackCommand(name, options, process.stdout),
  );

try {
  await program.parseAsync();
} catch (error) {
  // What a person can mend is one sentence; everything else is a bug and shows where it happened.
  const text =
    error instanceof AppError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`yagura: ${text}\n`);
  process.exit(1);
}
