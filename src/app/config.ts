import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { AppError } from "../kernel/errors.ts";
import { Bytes } from "./settings/bytes.ts";
import { Drop } from "./settings/drop.ts";
import { Kafka } from "./settings/kafka.ts";
import { Mail } from "./settings/mail.ts";
import { FollowedFiles } from "./settings/tail.ts";

const Port = z.coerce.number().int().min(0).max(65_535);
const Host = z.string().min(1).max(255);
const Network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: "must be an IP address or a network such as 10.0.0.0/8",
});
const Url = (protocols: readonly string[]) =>
  z.url().refine((text) => protocols.includes(new URL(text).protocol), {
    error: `must start with ${protocols.join(" or ")}//`,
  });

/** Who may connect or send; empty = everybody who reaches the port. */
const Allow = z.array(Network).max(1000).default([]);
const Listener = (port: number) =>
  z
    .strictObject({
      enabled: z.boolean().default(true),
      host: Host.default("127.0.0.1"),
      port: Port.default(port),
      allow: Allow,
    })
    .prefault({});

const Tls = z.strictObject({
  /** PEM files; changed ones are read again. */
  certificate: z.string().min(1),
  key: z.string().min(1),
  /** Authorities whose clients may connect (mutual TLS), and the names that their certificates must carry one of. */
  clientCa: z.string().min(1).optional(),
  clientNames: z.array(Host).max(1000).default([]),
});
/** The web app's own port has no client certificates: people sign in. */
const ServerTls = Tls.pick({ certificate: true, key: true }).strict();
const tcpSettings = (port: number) => ({
  enabled: z.boolean().default(false),
  host: Host.default("127.0.0.1"),
  port: Port.default(port),
  allow: Allow,
  tls: Tls.optional(),
});
const isWithTls = ({ enabled, tls }: { enabled: boolean; tls?: unknown }): boolean => !enabled || tls !== undefined;

const OidcProvider = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
  name: z.string().min(1).max(80),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  discoveryUrl: z.url().optional(),
  authorizationUrl: z.url().optional(),
  tokenUrl: z.url().optional(),
  userInfoUrl: z.url().optional(),
  scopes: z.array(z.string()).default(["openid", "email", "profile"]),
});

/** All settings, with their defaults. `yagura.yaml` has this shape; environment variables override single values. */
export const Config = z.strictObject({
  data: z.string().default("data"),
  http: z
    .strictObject({
      host: Host.default("127.0.0.1"),
      port: Port.default(8600),
      /** The address people type, when a proxy stands in front; decides cookies and links. */
      publicUrl: Url(["http:", "https:"]).optional(),
      /** Proxies whose X-Forwarded-* headers are believed; nobody's unless listed, because anybody can write them. */
      trustProxy: z.array(Network).max(100).default([]),
      tls: ServerTls.optional(),
    })
    .prefault({}),
  elasticsearch: z.strictObject(tcpSettings(9200)).prefault({}),
  /** Splunk's HTTP Event Collector. `queryToken`: whether `?token=` is taken, which ends up in the logs of proxies. */
  hec: z.strictObject({ ...tcpSettings(8088), queryToken: z.boolean().default(false) }).prefault({}),
  otlp: z
    .strictObject({
      http: z.strictObject(tcpSettings(4318)).prefault({}),
      grpc: z.strictObject(tcpSettings(4317)).prefault({}),
    })
    .prefault({}),
  syslog: z
    .strictObject({
      udp: Listener(5514),
      tcp: Listener(5514),
      tls: z
        .strictObject(tcpSettings(6514))
        .refine(isWithTls, { path: ["tls"], error: "needs a certificate and a key" })
        .prefault({}),
    })
    .prefault({}),
  relp: z.strictObject(tcpSettings(2514)).prefault({}),
  lumberjack: z.strictObject(tcpSettings(5044)).prefault({}),
  /** NetFlow v5 and v9, IPFIX, sFlow v5. */
  flows: z
    .strictObject({
      enabled: z.boolean().default(false),
      host: Host.default("127.0.0.1"),
      port: Port.default(2055),
      allow: Allow,
    })
    .prefault({}),
  forward: z.strictObject({ ...tcpSettings(24_224), sharedKey: z.string().min(8).max(1000).optional() }).prefault({}),
  /** Files of this machine that are followed, through rotation. */
  tail: z.array(FollowedFiles).max(100).default([]),
  /** Topics of Kafka clusters that are read as a member of a consumer group. */
  kafka: z.array(Kafka).max(20).default([]),
  /** Buckets and directories where others put whole files. */
  drop: Drop,
  /** Where tshark is, which reads packet captures; absent = looked for in PATH, false = they are refused with advice. */
  tshark: z
    .union([z.string().refine(isAbsolute, { error: "must be an absolute path" }), z.literal(false)])
    .optional()
    .transform((setting) => (setting === undefined ? tsharkPlaces() : setting === false ? [] : [setting])),
  engines: z
    .strictObject({
      /** A ClickHouse server; absent = chDB inside this process. */
      events: Url(["http:", "https:"]).optional(),
      /** A PostgreSQL server; absent = PGlite inside this process. */
      state: Url(["postgres:", "postgresql:"]).optional(),
      /** Where older events go; nothing here deletes. Days since receipt. */
      tiers: z
        .strictObject({
          /** Compress harder after so many days; 0 = never. */
          recompressAfterDays: z.number().int().min(0).max(36_500).default(3),
          /** Move to the cold disk after so many days; needs `coldDirectory` or `storagePolicy`. */
          coldAfterDays: z.number().int().min(1).max(36_500).optional(),
          /** A directory on another disk, for the embedded engine. */
          coldDirectory: z.string().min(1).optional(),
          /** A storage policy of the ClickHouse server, holding the volumes of the present one and `coldVolume`. */
          storagePolicy: z
            .string()
            .regex(/^[A-Za-z_]\w{0,63}$/)
            .optional(),
          coldVolume: z
            .string()
            .regex(/^[A-Za-z_]\w{0,63}$/)
            .default("cold"),
        })
        .refine(
          ({ coldAfterDays, coldDirectory, storagePolicy }) =>
            coldAfterDays === undefined || coldDirectory !== undefined || storagePolicy !== undefined,
          "coldAfterDays needs a coldDirectory (embedded engine) or a storagePolicy (server)",
        )
        .prefault({}),
    })
    .refine(({ events, tiers }) => (events === undefined ? tiers.storagePolicy : tiers.coldDirectory) === undefined, {
      message: "tiers.coldDirectory is for the embedded engine, tiers.storagePolicy for a server",
      path: ["tiers"],
    })
    .prefault({}),
  log: z.strictObject({ level: z.enum(["trace", "debug", "info", "warn", "error"]).default("info") }).prefault({}),
  wal: z.strictObject({ maxBytes: Bytes.default(8 * 2 ** 30), segmentBytes: Bytes.default(64 * 2 ** 20) }).prefault({}),
  workers: z
    .number()
    .int()
    .min(1)
    .max(64)
    .default(Math.max(1, Math.min(16, availableParallelism()))),
  rules: z
    .strictObject({
      /** Directories of Sigma rules, besides Yagura's own. */
      directories: z.array(z.string()).default([]),
      own: z.boolean().default(true),
      /** Directories of `Name.txt`, one value a line: what `%Name%` in rules stands for. */
      lists: z.array(z.string()).max(100).default([]),
      /** The same, written here. */
      placeholders: z
        .record(z.string().regex(/^[^%\s]{1,100}$/), z.array(z.string().min(1).max(1000)).max(10_000))
        .default({}),
      /** Hosts from which rule packs may be fetched although they are this machine or stand beside it (127.0.0.1, 169.254.0.0/16). */
      gitHosts: z.array(Host).max(100).default([]),
      /** A rule whose mean cost per event is above this is switched off, with a notice. 0 = rules are not measured. */
      budgetMicroseconds: z.number().int().min(0).max(1_000_000).default(200),
    })
    .prefault({}),
  enrichment: z
    .strictObject({
      /** The operator's own databases of countries and autonomous systems, in MaxMind's format (.mmdb). */
      databases: z.array(z.string().min(1).max(4096)).max(10).default([]),
    })
    .prefault({}),
  formation: z
    .strictObject({
      /** The score from which joined alerts open an incident. One alert of level medium by a rare rule nobody has misjudged has 26. */
      threshold: z.number().min(1).max(1_000).default(25),
    })
    .prefault({}),
  oidc: z.array(OidcProvider).max(10).default([]),
  mail: Mail.optional(),
  notify: z
    .strictObject({
      /** Hosts inside that webhooks and chat rooms may be at, such as a Mattermost of one's own; http:// is for these alone. */
      internalHosts: z.array(Host).max(100).default([]),
    })
    .prefault({}),
});
export type Config = z.infer<typeof Config>;

/** Environment variable → place in the settings. Listed one by one, so that a typo is an error and not a silent default. */
const ENVIRONMENT: Readonly<Record<string, readonly string[]>> = {
  YAGURA_DATA: ["data"],
  YAGURA_HTTP_HOST: ["http", "host"],
  YAGURA_HTTP_PORT: ["http", "port"],
  YAGURA_PUBLIC_URL: ["http", "publicUrl"],
  YAGURA_EVENTS_URL: ["engines", "events"],
  YAGURA_STATE_URL: ["engines", "state"],
  YAGURA_LOG_LEVEL: ["log", "level"],
  YAGURA_WAL_MAX_BYTES: ["wal", "maxBytes"],
  YAGURA_HEC_PORT: ["hec", "port"],
  YAGURA_OTLP_HTTP_PORT: ["otlp", "http", "port"],
  YAGURA_OTLP_GRPC_PORT: ["otlp", "grpc", "port"],
  YAGURA_SYSLOG_UDP_PORT: ["syslog", "udp", "port"],
  YAGURA_SYSLOG_TCP_PORT: ["syslog", "tcp", "port"],
  YAGURA_FORWARD_SHARED_KEY: ["forward", "sharedKey"],
  YAGURA_WORKERS: ["workers"],
  YAGURA_RULES: ["rules", "directories"],
};
/** Listeners that are off unless asked for: who gives one a port asks for it. */
const ENABLING: Readonly<Record<string, readonly string[]>> = {
  YAGURA_HEC_PORT: ["hec", "enabled"],
  YAGURA_OTLP_HTTP_PORT: ["otlp", "http", "enabled"],
  YAGURA_OTLP_GRPC_PORT: ["otlp", "grpc", "enabled"],
};
/** Read by tests and by the ingest command, not by the server. */
const ELSEWHERE = new Set([
  "YAGURA_TEST_POSTGRES",
  "YAGURA_TEST_EVENTS",
  "YAGURA_TEST_RECORDINGS",
  "YAGURA_URL",
  "YAGURA_TOKEN",
]);

export type Overrides = { readonly data?: string; readonly port?: number };

/**
 * The one reader of settings: command line over environment over file over defaults.
 * Errors: AppError `invalid` naming each wrong setting, where it stands and what it must be.
 */
export function loadConfig(
  file: string | undefined,
  overrides: Overrides,
  environment: NodeJS.ProcessEnv = process.env,
): Config {
  const path = file ?? (existsSync("yagura.yaml") ? "yagura.yaml" : undefined);
  const settings = path === undefined ? {} : readSettings(path);
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith("YAGURA_") || value === undefined || ELSEWHERE.has(name)) continue;
    const place = ENVIRONMENT[name];
    if (!place)
      throw new AppError(
        "invalid",
        `${name} is no setting of Yagura's. Known: ${Object.keys(ENVIRONMENT).join(", ")}.`,
      );
    put(settings, place, environmentValue(name, value));
    const enabled = ENABLING[name];
    if (enabled) put(settings, enabled, true);
  }
  if (overrides.data !== undefined) put(settings, ["data"], overrides.data);
  if (overrides.port !== undefined) put(settings, ["http", "port"], overrides.port);
  const parsed = Config.safeParse(settings);
  if (parsed.success) return { ...parsed.data, data: resolve(parsed.data.data) };
  const problems = parsed.error.issues.map((issue) => `  ${issue.path.join(".") || "(top)"}: ${issue.message}`);
  throw new AppError(
    "invalid",
    `The settings${path === undefined ? "" : ` in ${path}`} are not valid:\n${problems.join("\n")}`,
  );
}

/** Where tshark may be, by PATH. */
export function tsharkPlaces(environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  const folders = (environment.PATH ?? "").split(":").filter(isAbsolute);
  return folders.map((folder) => join(folder, "tshark"));
}

/** What an object store's other clients read their access key from. */
export function accessKeyInEnvironment(environment: NodeJS.ProcessEnv = process.env): Partial<AccessKey> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
  return {
    ...(AWS_ACCESS_KEY_ID && { accessKeyId: AWS_ACCESS_KEY_ID }),
    ...(AWS_SECRET_ACCESS_KEY && { secretAccessKey: AWS_SECRET_ACCESS_KEY }),
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  };
}
export type AccessKey = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

/** What the git program may see of our environment: where programs are, the way out through a proxy, the agent that holds ssh keys. */
const FOR_GIT = [
  ...["PATH", "SSH_AUTH_SOCK", "GIT_SSL_CAINFO", "SSL_CERT_FILE", "SSL_CERT_DIR"],
  ...["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"],
];
export function environmentForGit(environment: NodeJS.ProcessEnv = process.env): Record<string, string> {
  return Object.fromEntries(
    FOR_GIT.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function readSettings(path: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new AppError(
      "invalid",
      `The settings file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  let value: unknown;
  try {
    value = parseYaml(text) ?? {};
  } catch (error) {
    throw new AppError(
      "invalid",
      `${path} is not valid YAML: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new AppError("invalid", `${path} must hold settings by name.`);
  return value as Record<string, unknown>;
}

function environmentValue(name: string, value: string): unknown {
  if (name === "YAGURA_RULES") return value.split(":").filter((part) => part !== "");
  if (name === "YAGURA_WORKERS" || (name === "YAGURA_WAL_MAX_BYTES" && /^\d+$/.test(value))) return Number(value);
  return value;
}

function put(settings: Record<string, unknown>, place: readonly string[], value: unknown): void {
  const [key, ...rest] = place;
  if (key === undefined) return;
  if (rest.length === 0) {
    settings[key] = value;
    return;
  }
  const inner = settings[key];
  const next = typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>) : {};
  settings[key] = next;
  put(next, rest, value);
}
