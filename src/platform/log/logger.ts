import { type DestinationStream, type Logger as Pino, pino } from "pino";

/** What every part may call: facts first, then one plain sentence. */
export type Logger = {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
};

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "silent";

/** Names under which secrets travel; they are blanked one and two levels deep in whatever is logged. */
const SECRET_NAMES = [
  "authorization",
  "cookie",
  '["set-cookie"]',
  "password",
  "newPassword",
  "currentPassword",
  "token",
  "secret",
  "clientSecret",
];

/** Structured logs, one JSON object a line, on standard output unless a destination is given. */
export function createLogger(level: LogLevel = "info", destination?: DestinationStream): Pino {
  const paths = SECRET_NAMES.flatMap((name) => {
    const dotted = name.startsWith("[") ? name : `.${name}`;
    return [name, `*${dotted}`, `*.*${dotted}`];
  });
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths, censor: "[hidden]" },
  };
  return destination ? pino(options, destination) : pino(options);
}
