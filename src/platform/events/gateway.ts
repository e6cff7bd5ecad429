import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createChdbConnection } from "chdb/connection";
import { createGate } from "./gate.ts";

/** As ClickHouse's http_max_uri_size: parameters travel in the address. */
const MAX_HEAD_BYTES = 1024 * 1024;

type Engine = ReturnType<typeof createChdbConnection>;
type Request = {
  sql: string;
  params: Record<string, string | string[]>;
  settings: Record<string, string>;
  format: string | undefined;
  body: Buffer;
};
const NOT_SETTINGS = new Set(["query", "query_id", "session_id", "default_format", "database", "user", "password"]);

/** A server runs queries at the same time; a session of the engine runs one. */
const SESSIONS = 3;

export type Gateway = { readonly url: string; close(): Promise<void> };

/**
 * ClickHouse's HTTP interface in front of chDB, for tests: the same engine and SQL, reached the way a server is.
 * Covers what `@clickhouse/client` sends: queries, parameters, settings, inserts with a body, ping, errors with their code.
 */
export async function startGateway(directory: string, wantedPort = 0): Promise<Gateway> {
  const engines = Array.from({ length: SESSIONS }, () => createChdbConnection({ path: directory }));
  const gate = createGate(engines, Number.POSITIVE_INFINITY);
  const server = createServer({ maxHeaderSize: MAX_HEAD_BYTES }, (request, response) => {
    gate((engine) => handle(engine, request)).then(
      (body) => response.writeHead(200, { "content-type": "text/plain; charset=UTF-8" }).end(body),
      (error: unknown) => {
        const { code, message } = describe(error);
        response
          .writeHead(500, { "x-clickhouse-exception-code": code })
          .end(`Code: ${code}. DB::Exception: ${message} (TEST)`);
      },
    );
  });
  await new Promise<void>((listening) => server.listen(wantedPort, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => closeAll(server, engines) };
}

async function handle(engine: Engine, message: IncomingMessage): Promise<Uint8Array | string> {
  const url = new URL(message.url ?? "/", "http://gateway");
  if (url.pathname === "/ping") return "Ok.\n";
  const request = await read(message, url.searchParams);
  const insert = /^([\s\S]*?)\s+FORMAT\s+(\w+)\s*$/i.exec(request.sql);
  if (insert?.[1] !== undefined && insert[2] !== undefined && /^\s*INSERT/i.test(request.sql)) {
    return insertBody(engine, request, insert[1], insert[2]);
  }
  return run(engine, request, request.sql);
}

/** 1002 is ClickHouse's UNKNOWN_EXCEPTION. */
function describe(error: unknown): { code: string; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  const known = error instanceof Error && "code" in error ? String(error.code) : undefined;
  return { code: /Code: (\d+)/.exec(message)?.[1] ?? known ?? "1002", message };
}

async function insertBody(engine: Engine, request: Request, head: string, format: string): Promise<string> {
  const path = join(tmpdir(), `yagura-gateway-${randomUUID()}`);
  await writeFile(path, request.body);
  try {
    const columns = /\(([^)]*)\)\s*$/.exec(head)?.[1] ?? "*";
    await run(engine, request, `${head} SELECT ${columns} FROM file('${path}', '${format}')`);
    return "";
  } finally {
    await rm(path, { force: true });
  }
}

async function run(engine: Engine, request: Request, sql: string): Promise<Uint8Array> {
  const { stream } = await engine.exec({
    query:
      request.format === undefined || /\bFORMAT\s+\w+\s*$/i.test(sql) || !/^\s*(SELECT|WITH)/i.test(sql)
        ? sql
        : `${sql}\nFORMAT ${request.format}`,
    query_params: request.params,
    clickhouse_settings: request.settings,
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

async function read(message: IncomingMessage, search: URLSearchParams): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const params: Record<string, string | string[]> = {};
  const settings: Record<string, string> = {};
  for (const [key, value] of search) {
    if (key.startsWith("param_"))
      params[key.slice("param_".length)] = value.startsWith("['") ? elementsOf(value) : unescapeTsv(value);
    else if (!NOT_SETTINGS.has(key)) settings[key] = value;
  }
  const inUrl = search.get("query");
  const format = search.get("default_format") ?? undefined;
  return inUrl === null
    ? { sql: body.toString("utf8"), params, settings, format, body: Buffer.alloc(0) }
    : { sql: inUrl, params, settings, format, body };
}

const unescapeTsv = (text: string): string =>
  text.replaceAll(
    /\\(.)/g,
    (_, escaped: string) => ({ n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", "0": "\0" })[escaped] ?? escaped,
  );

/** `['a','b']` as the client writes an Array(String) parameter. */
const elementsOf = (text: string): string[] =>
  [...text.matchAll(/'((?:[^'\\]|\\.)*)'/gs)].map((match) => unescapeTsv(match[1] ?? ""));

async function closeAll(server: Server, engines: readonly Engine[]): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((closed) => server.close(() => closed()));
  await Promise.all(engines.map((engine) => engine.close()));
}
