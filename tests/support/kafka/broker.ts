import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestCertificates } from "../../../src/monitor/collect/testing/tcp.ts";
import { freePort, until } from "../yagura-process.ts";

/** The folder of jars that pom.xml names. */
const JARS = process.env.YAGURA_TEST_KAFKA ?? "";
export const hasKafka = JARS !== "" && existsSync(JARS) && isThere("java") && isThere("kcat");

function isThere(program: string): boolean {
  try {
    execFileSync("which", [program], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

export const PASSWORD = "open sesame";

export type Broker = {
  /** Without TLS or a password. */
  readonly plain: string;
  /** Mutual TLS. */
  readonly tls: string;
  /** A password over plain TCP: `alice` by SCRAM-SHA-256 and -512, `bob` by PLAIN. */
  readonly sasl: string;
  start(): Promise<void>;
  kill(): Promise<void>;
  /** What a producer sends, one message a line. */
  produce(topic: string, lines: readonly string[], ...extra: readonly string[]): Promise<void>;
  /** What another member of the group, librdkafka, still finds: nothing that was committed. */
  leftFor(group: string, topic: string): Promise<string>;
  remove(): Promise<void>;
};

/** Apache Kafka, one node, on a folder of its own. */
export async function newBroker(certificates: TestCertificates): Promise<Broker> {
  const folder = await mkdtemp(join(tmpdir(), "yagura-kafka-broker-"));
  const [plain, tls, sasl, controller] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const settings = join(folder, "server.properties");
  await writeFile(settings, propertiesOf(folder, { plain, tls, sasl, controller }, certificates));
  const java = (heap: string, name: string, ...args: readonly string[]) => [
    heap,
    "-cp",
    join(JARS, "*"),
    name,
    ...args,
  ];
  const run = async (name: string, ...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)("java", java("-Xmx128m", name, ...args))).stdout;
  const id = randomBytes(16).toString("base64url");
  const scram = ["256", "512"].flatMap((bits) => ["-S", `SCRAM-SHA-${bits}=[name=alice,password=${PASSWORD}]`]);
  await run("kafka.tools.StorageTool", "format", "-t", id, "-c", settings, ...scram);
  let child: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  return {
    plain: `localhost:${plain}`,
    tls: `localhost:${tls}`,
    sasl: `localhost:${sasl}`,
    start: async () => {
      child = spawn("java", java("-Xmx320m", "kafka.Kafka", settings), { stdio: "ignore" });
      await until("the broker to listen", () => isOpen(plain));
    },
    kill,
    produce: (topic, lines, ...extra) => produce(["-b", `localhost:${plain}`, "-t", topic, ...extra], lines),
    leftFor: async (group, topic) => {
      const from = ["-X", "auto.offset.reset=earliest", "-X", "session.timeout.ms=6000"];
      const args = ["-q", "-e", "-b", `localhost:${plain}`, ...from, "-G", group, topic];
      return (await promisify(execFile)("timeout", ["40", "kcat", ...args])).stdout;
    },
    remove: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function produce(args: readonly string[], lines: readonly string[]): Promise<void> {
  const kcat = spawn("kcat", ["-P", "-q", ...args], { stdio: ["pipe", "ignore", "pipe"] });
  let said = "";
  kcat.stderr?.on("data", (chunk: Buffer) => (said += chunk));
  kcat.stdin?.end(lines.map((line) => `${line}\n`).join(""));
  const [code] = await once(kcat, "exit");
  if (code !== 0) throw new Error(`kcat: ${said}`);
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });

type Ports = Readonly<Record<"plain" | "tls" | "sasl" | "controller", number>>;

function propertiesOf(folder: string, { plain, tls, sasl, controller }: Ports, { at }: TestCertificates): string {
  const listeners = `PLAINTEXT://localhost:${plain},SSL://localhost:${tls},SASL_PLAINTEXT://localhost:${sasl}`;
  const login = "org.apache.kafka.common.security";
  return Object.entries({
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.quorum.voters": `1@localhost:${controller}`,
    listeners: `${listeners},CONTROLLER://localhost:${controller}`,
    "advertised.listeners": listeners,
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
    "inter.broker.listener.name": "PLAINTEXT",
    "log.dirs": join(folder, "data"),
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "1",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "num.partitions": "3",
    "log.cleaner.enable": "false",
    "ssl.keystore.type": "PEM",
    "ssl.keystore.certificate.chain": oneLine(at("server.pem")),
    "ssl.keystore.key": oneLine(at("server.key")),
    "ssl.truststore.type": "PEM",
    "ssl.truststore.location": at("ca.pem"),
    "ssl.client.auth": "required",
    "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
    "listener.name.sasl_plaintext.plain.sasl.jaas.config": `${login}.plain.PlainLoginModule required user_bob="${PASSWORD}";`,
    "listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config": `${login}.scram.ScramLoginModule required;`,
    "listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config": `${login}.scram.ScramLoginModule required;`,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

const oneLine = (path: string): string => readFileSync(path, "utf8").trim().replaceAll("\n", "\\n");
