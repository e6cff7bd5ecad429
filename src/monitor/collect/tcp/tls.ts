import { readFile, stat } from "node:fs/promises";
import { createSecureContext, type Server, type TLSSocket, type TlsOptions } from "node:tls";
import { AppError } from "../../../kernel/errors.ts";

/** PEM files of a listener, and who may speak to it. */
export type TlsSettings = {
  readonly certificate: string;
  readonly key: string;
  /** Certificates of the authorities whose clients may connect; absent = clients need no certificate. */
  readonly clientCa?: string | undefined;
  /** Names that a client's certificate must carry one of, `*.` stands for one label. Empty = any of the authorities' clients. */
  readonly clientNames: readonly string[];
};

/** Certificates of a few months are replaced by programs that tell nobody. */
const LOOK_EVERY_MS = 10_000;

type Loaded = { readonly options: TlsOptions; readonly stamp: string };

/** What the files say now. Errors: `invalid` when they cannot be read or do not belong together. */
export async function loadTls(settings: TlsSettings, handshakeMs: number): Promise<Loaded> {
  try {
    const stamp = await stampOf(settings);
    const [cert, key, ca] = await Promise.all(filesOf(settings).map((file) => readFile(file)));
    createSecureContext({ cert, key, ca });
    const client = ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: true };
    return { options: { cert, key, minVersion: "TLSv1.2", handshakeTimeout: handshakeMs, ...client }, stamp };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError("invalid", `The certificate ${settings.certificate} cannot be used: ${reason}`, {}, cause);
  }
}

type Upkeep = {
  readonly settings: TlsSettings;
  readonly stamp: string;
  readonly onBug: (error: unknown) => void;
  readonly everyMs?: number;
};

/** Takes changed files into force. Those that cannot be used are told once, and the old ones stay. Returns how to stop. */
export function keepTlsFresh(server: Server, { settings, stamp, onBug, everyMs = LOOK_EVERY_MS }: Upkeep): () => void {
  let known = stamp;
  const look = async (): Promise<void> => {
    const found = await stampOf(settings).catch(() => known);
    if (found === known) return;
    known = found;
    server.setSecureContext((await loadTls(settings, 0)).options);
  };
  const timer = setInterval(() => look().catch(onBug), everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

const filesOf = ({ certificate, key, clientCa }: TlsSettings): string[] =>
  clientCa === undefined ? [certificate, key] : [certificate, key, clientCa];

/** Changes whenever one of the files does. */
async function stampOf(settings: TlsSettings): Promise<string> {
  const found = await Promise.all(filesOf(settings).map((file) => stat(file)));
  return found.map(({ mtimeMs, size, ino }) => `${mtimeMs}/${size}/${ino}`).join(" ");
}

/**
 * The name by which a client's certificate is known: of those allowed, or its first. Undefined when none is allowed.
 * DNS names first, the common name only where there are none (RFC 5425 §5.2).
 */
export function clientName(socket: TLSSocket, allowed: readonly string[]): string | undefined {
  const { subject, subjectaltname = "" } = socket.getPeerCertificate();
  const alternative = [...subjectaltname.matchAll(/(?:^|, )DNS:([^,"\s]{1,255})(?=,|$)/g)].map(([, name = ""]) => name);
  const common = subject?.CN;
  const names = alternative.length > 0 ? alternative : typeof common === "string" ? [common] : [];
  return allowed.length === 0 ? names[0] : names.find((name) => allowed.some((pattern) => matchesName(name, pattern)));
}

/** Exactly, or with `*.` for one whole label at the left. Case does not matter. */
export function matchesName(name: string, pattern: string): boolean {
  const [given, wanted] = [name.toLowerCase(), pattern.toLowerCase()];
  if (!wanted.startsWith("*.")) return given === wanted;
  const dot = given.indexOf(".");
  return dot > 0 && given.slice(dot) === wanted.slice(1);
}
