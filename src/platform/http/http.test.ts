import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { z } from "zod";
import { AppError } from "../../kernel/errors.ts";
import { createLogger } from "../log/index.ts";
import { closeHttpServer, createAttemptLimiter, createHttpServer, type HttpServer, serveWebApp } from "./index.ts";

const open = { config: { access: "public" } } as const;
const probes: FastifyPluginAsyncZod = async (app) => {
  app.post(
    "/api/v1/echo",
    {
      ...open,
      schema: { body: z.strictObject({ name: z.string().max(5) }), response: { 200: z.object({ name: z.string() }) } },
    },
    async (request) => request.body,
  );
  app.get("/api/v1/expected", open, async () => {
    throw new AppError("conflict", "Somebody was faster.", { id: "x1" });
  });
  app.get("/api/v1/wrapped", open, async () => {
    throw new Error("query failed", { cause: new AppError("unavailable", "The database is away.") });
  });
  app.get("/api/v1/bug", open, async () => {
    throw new Error("password=hunter2 in /etc/secret");
  });
  app.get("/api/v1/slow", open, (_request, reply) => {
    reply.hijack();
    reply.raw.write("still going");
  });
};

describe("The HTTP server", () => {
  let app: HttpServer;
  const lines: string[] = [];
  beforeAll(async () => {
    const log = createLogger("info", { write: (line: string) => void lines.push(line) });
    app = await createHttpServer({ log, version: "1.2.3", limits: { bodyBytes: 1_000 } });
    await app.register(probes);
    await app.listen({ host: "127.0.0.1", port: 0 });
  });
  afterAll(async () => app && (await closeHttpServer(app, 100)));
  const post = (payload: string, headers = {}) =>
    app.inject({
      method: "POST",
      url: "/api/v1/echo",
      payload,
      headers: { "content-type": "application/json", ...headers },
    });

  test.each([
    ["broken JSON", '{"name":', 400, "invalid"],
    ["an unknown key", '{"name":"a","extra":1}', 400, "invalid"],
    ["a value too long", '{"name":"abcdefgh"}', 400, "invalid"],
    ["a body too large", JSON.stringify({ name: "x".repeat(2_000) }), 413, "too_large"],
    ["prototype pollution", '{"__proto__":{"admin":true},"name":"a"}', 400, "invalid"],
  ])("answers %s as a problem (RFC 9457)", async (_, payload, status, code) => {
    const answer = await post(payload);
    expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toMatchObject({
      status,
      code,
      type: `urn:yagura:problem:${code}`,
      requestId: expect.stringMatching(/^req_/),
    });
    expect(answer.json().detail).not.toMatch(/\bat .*\.ts/);
  });

  it("says which part of the input is wrong", async () => {
    expect((await post('{"name":7}')).json().issues).toEqual([{ path: "body.name", message: expect.any(String) }]);
  });

  test.each([
    ["/api/v1/expected", 409, { code: "conflict", detail: "Somebody was faster.", facts: { id: "x1" } }],
    ["/api/v1/wrapped", 503, { code: "unavailable", detail: "The database is away." }],
    ["/api/v1/nothing-here", 404, { code: "not_found" }],
  ])("maps %s to %d", async (url, status, body) => {
    const answer = await app.inject(url);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ status, ...body });
  });

  test.each([
    ["bug", "error"],
    ["wrapped", "warn"],
    ["expected", "info"],
  ])("logs its own faults alone as errors, not what passes by itself: %s", async (path, level) => {
    await app.inject({ url: `/api/v1/${path}` });
    const last = lines.findLast((line) => line.includes(`/api/v1/${path}`) && line.includes('"answered"'));
    expect(last).toContain(`"level":"${level}"`);
  });

  it("tells nothing of a bug but the id under which the log has it", async () => {
    const answer = await app.inject("/api/v1/bug");
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain("hunter2");
    expect(lines.some((line) => line.includes(answer.json().requestId) && line.includes("a request failed"))).toBe(
      true,
    );
  });

  it("sends strict headers with every answer, errors included", async () => {
    for (const url of ["/api/v1/bug", "/api/v1/expected", "/nothing"]) {
      const { headers } = await app.inject(url);
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "x-frame-options": "DENY",
      });
      expect(headers["content-security-policy"]).toMatch(/script-src 'self';.*frame-ancestors 'none'/);
      expect(headers["content-security-policy"]).not.toMatch(/script-src[^;]*unsafe/);
      expect(headers).not.toHaveProperty("strict-transport-security");
    }
  });

  it("logs each request without query, cookie or token", async () => {
    await app.inject({
      url: "/api/v1/expected?secret=s3cr3t",
      headers: { cookie: "c=c00kie", authorization: "Bearer t0ken" },
    });
    const last = lines.findLast((line) => line.includes("/api/v1/expected"));
    expect(JSON.parse(last ?? "{}")).toMatchObject({ method: "GET", path: "/api/v1/expected", status: 409 });
    expect(lines.join("")).not.toMatch(/s3cr3t|c00kie|t0ken/);
  });

  it("describes its routes as OpenAPI 3.1", async () => {
    const document = (await app.inject("/api/openapi.json")).json();
    expect(document.openapi).toBe("3.1.0");
    expect(document.info).toMatchObject({ title: "Yagura", version: "1.2.3" });
    expect(document.paths["/api/v1/echo"].post.requestBody.content["application/json"].schema).toMatchObject({
      required: ["name"],
      additionalProperties: false,
    });
  });

  it("refuses headers that are too large, and nonsense, without falling over", async () => {
    const { port } = app.server.address() as { port: number };
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const call = httpRequest({ port, host: "127.0.0.1", headers: { "x-big": "x".repeat(40_000) } }, (answer) =>
        resolve(answer.statusCode),
      );
      call.on("error", reject);
      call.end();
    });
    expect(status).toBe(431);
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => socket.write("\u0000\u0001 nonsense\r\n\r\n"));
      socket.on("data", (data) => resolve(data.toString()));
    });
    expect(answer).toMatch(/^HTTP\/1.1 400/);
    expect((await post('{"name":"ok"}')).json()).toEqual({ name: "ok" });
  });

  it("closes although a stream never ends", async () => {
    const other = await createHttpServer({ log: createLogger("silent"), version: "0" });
    await other.register(probes);
    const address = await other.listen({ host: "127.0.0.1", port: 0 });
    const stream = await fetch(`${address}/api/v1/slow`);
    await closeHttpServer(other, 50);
    await expect(stream.text()).rejects.toThrow();
  });
});

describe("A body that trickles", () => {
  let app: HttpServer;
  beforeAll(async () => {
    app = await createHttpServer({ log: createLogger("silent"), version: "0", limits: { bodyTimeoutMs: 200 } });
    app.addContentTypeParser("text/plain", (_request, payload, done) => done(null, payload));
    const size = async (request: { raw: AsyncIterable<Buffer> }) => {
      let bytes = 0;
      for await (const chunk of request.raw) bytes += chunk.length;
      return { bytes };
    };
    app.post("/api/v1/plain", open, size);
    app.post("/api/v1/stream", { config: { access: "public", hasOwnBodyGuard: true } }, size);
    app.get("/api/v1/tail", open, (_request, reply) => {
      reply.hijack();
      reply.raw.write("a");
      setTimeout(() => reply.raw.end("b"), 500);
    });
    await app.listen({ host: "127.0.0.1", port: 0 });
  });
  afterAll(async () => app && (await closeHttpServer(app, 100)));

  /** Sends a byte every 50 ms, ten in all, and gives the answer's body, or the error's code. */
  async function trickle(path: string): Promise<string> {
    const { port } = app.server.address() as { port: number };
    const { promise, resolve } = Promise.withResolvers<string>();
    const headers = { "content-type": "text/plain", "transfer-encoding": "chunked" };
    const call = httpRequest({ port, host: "127.0.0.1", method: "POST", path, headers }, (answer) =>
      answer.once("data", (data: Buffer) => resolve(data.toString())),
    );
    call.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
    for (let i = 0; i < 10; i += 1) {
      call.write("x");
      await sleep(50);
    }
    call.end();
    return await promise;
  }

  it("is cut when its time is over", async () => {
    expect(await trickle("/api/v1/plain")).toMatch(/ECONNRESET|EPIPE/);
  });

  it("is read to its end by a route that guards its own", async () => {
    expect(await trickle("/api/v1/stream")).toBe('{"bytes":10}');
  });

  it("is no matter of answers, which may last", async () => {
    const { port } = app.server.address() as { port: number };
    expect(await (await fetch(`http://127.0.0.1:${port}/api/v1/tail`)).text()).toBe("ab");
  });

  it("is not cut by Node itself either, which would end long uploads", () => {
    expect(app.server.requestTimeout).toBe(0);
  });
});

describe("The address of a sender", () => {
  test.each([
    ["is what the connection says when no proxy is trusted", [], "10.0.0.5", "10.0.0.5"],
    ["is what a trusted proxy says", ["10.0.0.0/8"], "10.0.0.5", "203.0.113.9"],
    ["is not what a stranger says", ["10.0.0.0/8"], "192.0.2.1", "192.0.2.1"],
  ])("%s", async (_, trustProxy, remoteAddress, seen) => {
    const app = await createHttpServer({ log: createLogger("silent"), version: "0", trustProxy });
    app.get("/api/v1/ip", open, async (request) => ({ ip: request.ip }));
    const headers = { "x-forwarded-for": "203.0.113.9" };
    expect((await app.inject({ url: "/api/v1/ip", headers, remoteAddress })).json()).toEqual({ ip: seen });
    await app.close();
  });
});

describe("Served over https", () => {
  it("adds HSTS", async () => {
    const log = createLogger("silent");
    const app = await createHttpServer({ log, version: "0", publicUrl: "https://yagura.example.jp" });
    expect((await app.inject("/")).headers["strict-transport-security"]).toMatch(/max-age=31536000/);
    await app.close();
  });
});

describe("The built web app", () => {
  let app: HttpServer;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "yagura-web-"));
    await mkdir(join(directory, "assets"));
    await writeFile(join(directory, "index.html"), "<!doctype html><title>櫓</title>");
    await writeFile(join(directory, "favicon.svg"), "<svg/>");
    await writeFile(join(directory, "assets/main-abc123.js"), "let a = 1;");
    await writeFile(join(directory, "assets/main-abc123.js.gz"), gzipSync("let a = 1;"));
    app = await createHttpServer({ log: createLogger("silent"), version: "0" });
    await serveWebApp(app, directory);
  });
  afterAll(async () => {
    await app?.close();
    await rm(directory, { recursive: true });
  });

  test.each(["/", "/alerts", "/units/unit_1?tab=people", "/setup"])(
    "gives the page at %s, never cached",
    async (url) => {
      const answer = await app.inject(url);
      expect(answer.statusCode).toBe(200);
      expect(answer.body).toContain("<title>櫓</title>");
      expect(answer.headers["cache-control"]).toBe("no-cache");
    },
  );

  it("gives hashed files for a year, compressed when the browser takes it", async () => {
    const plain = await app.inject("/assets/main-abc123.js");
    expect(plain.headers["cache-control"]).toMatch(/max-age=31536000, immutable/);
    const packed = await app.inject({ url: "/assets/main-abc123.js", headers: { "accept-encoding": "gzip" } });
    expect(packed.headers["content-encoding"]).toBe("gzip");
    expect(packed.headers["content-type"]).toMatch(/javascript/);
  });

  test.each([
    ["a file that is not there", "GET", "/assets/gone.js"],
    ["an API that is not there", "GET", "/api/v1/gone"],
    ["a write to a page", "POST", "/alerts"],
    ["the way out of the folder", "GET", "/assets/..%2f..%2fpackage.json"],
    ["the way out, encoded twice", "GET", "/assets/%252e%252e/index.html"],
  ] as const)("answers 404 for %s", async (_, method, url) => {
    const answer = await app.inject({ method, url });
    expect([403, 404]).toContain(answer.statusCode);
    expect(answer.body).not.toContain('yagura",');
  });

  it("gives a file beside the page", async () => {
    expect((await app.inject("/favicon.svg")).headers["content-type"]).toMatch(/svg/);
  });

  it("says what to do when it was never built", async () => {
    await expect(serveWebApp(app, "/nowhere")).rejects.toThrow(/build it first/);
  });
});

describe("The limit on attempts", () => {
  it("refuses past the maximum until the window is over, and forgets on success", () => {
    let nowMs = 0;
    const limiter = createAttemptLimiter({ maxAttempts: 2, windowMs: 1_000, nowMs: () => nowMs });
    for (let i = 0; i < 2; i += 1) {
      limiter.check("a");
      limiter.count("a");
    }
    expect(() => limiter.check("a")).toThrow(/Try again in 1 second\./);
    limiter.check("b");
    nowMs = 1_000;
    limiter.check("a");
    limiter.count("a");
    limiter.count("a");
    expect(() => limiter.check("a")).toThrow();
    limiter.forget("a");
    limiter.check("a");
  });

  it("keeps a bounded number of keys, whoever calls", () => {
    const limiter = createAttemptLimiter({ maxAttempts: 1, windowMs: 1_000, maxKeys: 2 });
    for (const key of ["a", "b", "c"]) limiter.count(key);
    limiter.check("a");
    expect(() => limiter.check("b")).toThrow();
    expect(() => limiter.check("c")).toThrow();
  });
});
