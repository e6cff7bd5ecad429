import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { onTestFinished } from "vitest";

export const HERE = {
  host: "127.0.0.1",
  port: 0,
  onBug: (error: unknown): never => {
    throw error;
  },
};

export type TestSender = { readonly socket: Socket; received(): Buffer; isClosed(): boolean };

/** A connection that remembers what it is told. With `tls` the handshake is awaited by the caller. */
export async function connectSender(port: number, tls?: ConnectionOptions): Promise<TestSender> {
  const socket = tls ? connectTls({ port, host: "127.0.0.1", ...tls }) : connect(port, "127.0.0.1");
  const parts: Buffer[] = [];
  let isClosed = false;
  socket.on("error", () => {});
  socket.on("data", (chunk: Buffer) => parts.push(chunk));
  socket.on("close", () => {
    isClosed = true;
  });
  onTestFinished(() => void socket.destroy());
  if (!tls) await once(socket, "connect");
  return { socket, received: () => Buffer.concat(parts), isClosed: () => isClosed };
}

export type TestCertificates = { readonly directory: string; at(name: string): string };

/** An authority `ca`, and certificates `server`, `client`, `stranger` (of another authority), made by openssl. */
export function createCertificates(): TestCertificates {
  const directory = mkdtempSync(join(tmpdir(), "yagura-tls-"));
  const at = (name: string): string => join(directory, name);
  authority(at, "ca");
  authority(at, "other-ca");
  issue(at, "server", "ca", "localhost");
  issue(at, "client", "ca", "web01.example.jp");
  issue(at, "stranger", "other-ca", "web01.example.jp");
  return { directory, at };
}

export const removeCertificates = ({ directory }: TestCertificates): void =>
  rmSync(directory, { recursive: true, force: true });

type At = (name: string) => string;
const openssl = (...args: string[]): unknown => execFileSync("openssl", args, { stdio: "pipe" });
const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

function authority(at: At, name: string): void {
  const out = ["-keyout", at(`${name}.key`), "-out", at(`${name}.pem`), "-days", "30", "-subj", `/CN=${name}`];
  openssl("req", "-x509", ...NEW_KEY, ...out);
}

/** A certificate under its authority; `name` again replaces it. */
export function issue(at: At, name: string, ca: string, host: string): void {
  openssl("req", "-new", ...NEW_KEY, "-keyout", at(`${name}.key`), "-out", at(`${name}.csr`), "-subj", `/CN=${host}`);
  writeFileSync(at(`${name}.ext`), `subjectAltName=DNS:${host},IP:127.0.0.1\n`);
  const by = ["-CA", at(`${ca}.pem`), "-CAkey", at(`${ca}.key`), "-CAcreateserial", "-days", "30"];
  openssl("x509", "-req", "-in", at(`${name}.csr`), ...by, "-out", at(`${name}.pem`), "-extfile", at(`${name}.ext`));
}
