import { once } from "node:events";
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from "vitest";
import { createCertificates, removeCertificates, type TestCertificates } from "../testing/tcp.ts";
import { bucketShelf } from "./bucket.ts";
import { S3Client } from "./s3.ts";
import type { After, BucketSetting } from "./settings.ts";
import { GoneError, type Item, type Shelf, UnreadableError } from "./shelf.ts";

type Answer = { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: string };
type Asked = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
};

/** A server that answers anything at all. */
async function serve(answer: (asked: Asked) => Answer | "break off", tls?: https.ServerOptions) {
  const asked: Asked[] = [];
  const onRequest: http.RequestListener = (request, response) => {
    const url = new URL(request.url ?? "", "http://x");
    const one = { method: request.method ?? "", path: url.pathname, query: url.searchParams, headers: request.headers };
    asked.push(one);
    const said = answer(one);
    if (said === "break off") {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => response.destroy());
    } else response.writeHead(said.status ?? 200, said.headers).end(said.body);
  };
  const server = tls === undefined ? http.createServer(onRequest) : https.createServer(tls, onRequest);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  return { asked, endpoint: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}` };
}

const bucketAt = (endpoint: string, setting: Partial<BucketSetting> = {}): BucketSetting => ({
  ...{ name: "logs", prefix: "in/", region: "ap-northeast-1", endpoint, pathStyle: true, sorted: false },
  ...{ accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "a secret" },
  ...setting,
});

function shelfAt(
  endpoint: string,
  { after = "keep", ...setting }: Partial<BucketSetting> & { after?: After } = {},
): Shelf {
  const shelf = bucketShelf(bucketAt(endpoint, setting), after);
  onTestFinished(() => shelf.close());
  return shelf;
}

const { signal } = new AbortController();
const pageOf = (keys: readonly string[], next?: string): string => {
  const contents = keys.map((key) => `<Contents><Key>${key}</Key><ETag>"e"</ETag><Size>4</Size></Contents>`);
  const more =
    next === undefined ? "" : `<IsTruncated>true</IsTruncated><NextContinuationToken>${next}</NextContinuationToken>`;
  return `<ListBucketResult>${contents.join("")}${more}</ListBucketResult>`;
};

async function keysOf(shelf: Shelf, startAfter = ""): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of shelf.list(startAfter, signal)) keys.push(key);
  return keys;
}
async function textIn(shelf: Shelf, item: Item): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of shelf.open(item, signal)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
const itemOf = (key: string): Item => ({ key, version: '"e" 4', sizeBytes: 4, name: key, address: `s3://logs/${key}` });

describe("A bucket", () => {
  it("is listed page by page, without folders' markers and what was moved away within it", async () => {
    const { asked, endpoint } = await serve(({ query }) => ({
      body: query.has("continuation-token") ? pageOf(["in/b", "in/done/x"]) : pageOf(["in/", "in/a"], "t+1 /="),
    }));
    const shelf = shelfAt(endpoint, { after: { moveTo: "in/done/" } });
    expect(await keysOf(shelf, "in/")).toEqual(["in/a", "in/b"]);
    expect(asked.map(({ path }) => path)).toEqual(["/logs", "/logs"]);
    expect(Object.fromEntries(asked[1]?.query ?? [])).toEqual({
      ...{ "list-type": "2", "encoding-type": "url", prefix: "in/" },
      ...{ "start-after": "in/", "continuation-token": "t+1 /=" },
    });
  });

  test.each<[string, Answer, RegExp]>([
    ["a page without an end", { body: pageOf(["in/a"], "always the same") }, /does not come to an end/],
    ["keys that were not asked for", { body: pageOf(["secret/a"]) }, /not under the prefix/],
    ["no XML", { body: "<html>" }, /is no answer of S3/],
    ["an endless answer", { body: `<a>${"x".repeat(9 * 1024 * 1024)}` }, /longer than/],
    [
      "a refusal",
      { status: 403, body: "<Error><Code>SignatureDoesNotMatch</Code></Error>" },
      /403 SignatureDoesNotMatch/,
    ],
    [
      "a refusal that would forge lines of a log",
      { status: 500, body: "<Error><Code>a\nb</Code></Error>" },
      /answered 500$/,
    ],
  ])("that answers with %s costs a look, and says why", async (_, answer, reason) => {
    const { endpoint } = await serve(() => answer);
    await expect(keysOf(shelfAt(endpoint))).rejects.toThrow(reason);
  });

  it("is not followed to another host", async () => {
    const other = await serve(() => ({ body: pageOf(["in/a"]) }));
    const { endpoint } = await serve(() => ({ status: 307, headers: { location: `${other.endpoint}/logs` } }));
    await expect(keysOf(shelfAt(endpoint))).rejects.toThrow("redirects are not followed");
    await expect(textIn(shelfAt(endpoint), itemOf("in/a"))).rejects.toThrow("redirects are not followed");
    expect(other.asked).toEqual([]);
  });
});

describe("An object", () => {
  it("is asked for as it was listed, its key as it is", async () => {
    const { asked, endpoint } = await serve(() => ({ body: "text" }));
    expect(await textIn(shelfAt(endpoint), itemOf("in/櫓 +&?#%41'(1)//x"))).toBe("text");
    expect(asked[0]?.path).toBe("/logs/in/%E6%AB%93%20%2B%26%3F%23%2541%27%281%29//x");
    expect(asked[0]?.headers).toMatchObject({
      "if-match": '"e"',
      authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 /),
    });
  });

  test.each<[string, Answer | "break off", object]>([
    ["is another by now", { status: 412 }, { constructor: GoneError }],
    ["is gone", { status: 404, body: "<Error><Code>NoSuchKey</Code></Error>" }, { constructor: GoneError }],
    [
      "lies in an archive",
      { status: 403, body: "<Error><Code>InvalidObjectState</Code></Error>" },
      { constructor: UnreadableError },
    ],
    ["comes in part", { body: "te" }, { message: "the server sent 2 bytes of 4" }],
    ["breaks off", "break off", { constructor: Error }],
    [
      "comes later",
      { status: 503, body: "<Error><Code>SlowDown</Code></Error>" },
      { message: "the server answered 503 SlowDown" },
    ],
  ])("that %s is told as such", async (_, answer, error) => {
    const { endpoint } = await serve(() => answer);
    await expect(textIn(shelfAt(endpoint), itemOf("in/a"))).rejects.toMatchObject(error);
  });

  it("whose key a URL would take for another's is not asked for", async () => {
    const { asked, endpoint } = await serve(() => ({ body: "text" }));
    await expect(textIn(shelfAt(endpoint), itemOf("in/../secret"))).rejects.toBeInstanceOf(UnreadableError);
    expect(asked).toEqual([]);
  });

  it("is deleted only after its copy is there", async () => {
    let copied = "<Error><Code>InternalError</Code></Error>";
    const { asked, endpoint } = await serve(({ method }) => (method === "PUT" ? { body: copied } : { status: 204 }));
    const shelf = shelfAt(endpoint, { after: { moveTo: "done/" } });
    await expect(shelf.finish?.(itemOf("in/a b"), signal)).rejects.toThrow("could not copy");
    copied = "<CopyObjectResult><ETag>x</ETag></CopyObjectResult>";
    await shelf.finish?.(itemOf("in/a b"), signal);
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      ...["PUT /logs/done/a%20b", "PUT /logs/done/a%20b", "DELETE /logs/in/a%20b"],
    ]);
    expect(asked[1]?.headers).toMatchObject({
      "x-amz-copy-source": "/logs/in/a%20b",
      "x-amz-copy-source-if-match": '"e"',
    });
  });
});

describe("A server with a certificate of an authority of one's own", () => {
  let certificates: TestCertificates;
  beforeAll(() => {
    certificates = createCertificates();
  });
  afterAll(() => removeCertificates(certificates));

  it("is believed by that authority's certificate alone", async () => {
    const [cert, key] = ["server.pem", "server.key"].map((name) => readFileSync(certificates.at(name)));
    const { endpoint } = await serve(() => ({ body: pageOf(["in/a"]) }), {
      ...(cert && { cert }),
      ...(key && { key }),
    });
    const own = endpoint.replace("127.0.0.1", "localhost");
    expect(await keysOf(shelfAt(own, { ca: certificates.at("ca.pem") }))).toEqual(["in/a"]);
    await expect(keysOf(shelfAt(own))).rejects.toMatchObject({ code: expect.stringMatching(/CERT|SIGNATURE|ISSUER/) });
  });
});

it("A bucket's name stands in the host's name where it is asked so", () => {
  const client = new S3Client(bucketAt("https://s3.example.com", { pathStyle: false }));
  onTestFinished(() => client.close());
  expect(client.host).toBe("logs.s3.example.com");
});
