import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ruleText } from "../testing/rules.ts";
import { readGit } from "./git.ts";

const PATH = process.env.PATH ?? "";
const runs = (program: string, ...args: string[]): string | undefined => {
  try {
    return execFileSync(program, args, { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
};
const BACKEND = `${runs("git", "--exec-path") ?? ""}/git-http-backend`;
const CAN_SERVE = existsSync(BACKEND) && runs("openssl", "version") !== undefined;
if (!CAN_SERVE) console.warn("git-http-backend or openssl is not installed: the tests that need them are skipped");

/** A git server as companies have them: TLS of their own, a user and a password. */
describe.skipIf(!CAN_SERVE)("A repository behind https", () => {
  let place: string;
  let server: Server;
  let at: string;
  const seen: (string | undefined)[] = [];
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), "yagura-git-https-"));
    const work = join(place, "work");
    await mkdir(work);
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.jp", ...args], { cwd: work });
    git("init", "--quiet");
    await writeFile(join(work, "one.yml"), ruleText(1));
    git("add", ".");
    git("commit", "--quiet", "-m", "one");
    git("clone", "--quiet", "--bare", work, join(place, "rules.git"));
    const key = ["-newkey", "rsa:2048", "-nodes", "-keyout", join(place, "key.pem"), "-out", join(place, "cert.pem")];
    const name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"];
    execFileSync("openssl", ["req", "-x509", ...key, ...name], { stdio: "ignore" });
    const tls = { key: await readFile(join(place, "key.pem")), cert: await readFile(join(place, "cert.pem")) };
    server = createServer(tls, answer).listen(0, "127.0.0.1");
    await once(server, "listening");
    at = `localhost:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server?.close();
    await rm(place, { recursive: true, force: true });
  });

  function answer(request: IncomingMessage, response: ServerResponse): void {
    seen.push(request.headers.authorization);
    if (request.url?.startsWith("/moved"))
      return void response.writeHead(302, { location: "https://localhost:1/" }).end();
    if (request.headers.authorization === undefined)
      return void response.writeHead(401, { "www-authenticate": "Basic" }).end();
    serve(request, response);
  }

  /** CGI (RFC 3875), as far as git's own program needs it. */
  function serve(request: IncomingMessage, response: ServerResponse): void {
    const [path = "", query = ""] = (request.url ?? "").split("?");
    const {
      "content-type": type = "",
      "git-protocol": protocol = "",
      "content-encoding": encoding = "",
    } = request.headers;
    const env = {
      PATH,
      GIT_PROJECT_ROOT: place,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: path,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method ?? "GET",
      CONTENT_TYPE: type,
      HTTP_CONTENT_ENCODING: encoding,
      GIT_PROTOCOL: String(protocol),
    };
    const child = spawn(BACKEND, { env, stdio: ["pipe", "pipe", "ignore"] });
    // git may answer and end before it has read a request to its end.
    child.stdin.on("error", () => {});
    request.pipe(child.stdin);
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.once("close", () => {
      const whole = Buffer.concat(chunks);
      const end = whole.indexOf("\r\n\r\n");
      const heads = whole.toString("latin1", 0, end).split("\r\n");
      for (const head of heads) response.appendHeader(head.split(": ")[0] ?? "", head.split(": ")[1] ?? "");
      response.end(whole.subarray(end + 4));
    });
  }

  const read = (url: string) =>
    readGit(
      { url, ref: "", folder: "", isOwner: false },
      { environment: { PATH, GIT_SSL_CAINFO: join(place, "cert.pem") }, trustedHosts: ["localhost"] },
    );

  it("is read with the user and password of its address, which go no further", async () => {
    const { files, url, commit } = await read(`https://soc:s%40cret@${at}/rules.git`);
    expect(files.map(({ path }) => path)).toEqual(["one.yml"]);
    expect(commit).toMatch(/^[0-9a-f]{40}$/);
    expect(url).toBe(`https://${at}/rules.git`);
    expect(seen).toContain(`Basic ${Buffer.from("soc:s@cret").toString("base64")}`);
  });

  it("is not asked for at a terminal when the address has none", async () => {
    await expect(read(`https://${at}/rules.git`)).rejects.toMatchObject({ code: "upstream" });
  });

  it("is not followed to where it redirects", async () => {
    await expect(read(`https://soc:x@${at}/moved.git`)).rejects.toMatchObject({
      code: "upstream",
      message: expect.not.stringContaining("localhost:1/"),
    });
  });
});
