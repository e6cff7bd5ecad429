import { readPage } from "./listing.ts";
import { encoded, S3Client, textOf } from "./s3.ts";
import type { After, BucketSetting } from "./settings.ts";
import { compareKeys, type Item, type Shelf } from "./shelf.ts";
import { parseXml } from "./xml.ts";

const PAGE_BYTES = 8 * 1024 * 1024;
const MAX_PAGES = 100_000;
const COPY_BYTES = 1024 * 1024;

/** Objects under a prefix. Folders' markers, empty objects and what was moved away within the prefix are left out. */
export function bucketShelf(bucket: BucketSetting, after: After): Shelf {
  const client = new S3Client(bucket);
  const moveTo = typeof after === "object" ? after.moveTo : undefined;
  const addressOf = (key: string): string => `s3://${bucket.name}/${key}`;
  return {
    async *list(startAfter, signal) {
      for await (const { key, etag, sizeBytes } of listed(client, { bucket, startAfter, signal })) {
        const isOurs = moveTo !== undefined && key.startsWith(moveTo);
        if (sizeBytes === 0 || key.endsWith("/") || isOurs) continue;
        const name = key.slice(key.lastIndexOf("/") + 1);
        yield { key, version: `${etag} ${sizeBytes}`, sizeBytes, name, address: addressOf(key) };
      }
    },
    async *open({ key, version, sizeBytes }, signal) {
      let bytes = 0;
      for await (const chunk of await client.send({
        method: "GET",
        key,
        headers: { "if-match": etagOf(version) },
        signal,
      })) {
        bytes += chunk.length;
        yield chunk;
      }
      if (bytes !== sizeBytes) throw new Error(`the server sent ${bytes} bytes of ${sizeBytes}`);
    },
    finish: after === "keep" ? undefined : (item, signal) => finish(client, { bucket, moveTo, item, signal }),
    close: () => client.close(),
  };
}

type Listing = { readonly bucket: BucketSetting; readonly startAfter: string; readonly signal: AbortSignal };

async function* listed(client: S3Client, { bucket, startAfter, signal }: Listing) {
  let token: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const query = {
      ...{ "list-type": "2", "encoding-type": "url", prefix: bucket.prefix },
      ...(startAfter !== "" && { "start-after": startAfter }),
      ...(token !== undefined && { "continuation-token": token }),
    };
    const page = readPage(await textOf(await client.send({ method: "GET", query, signal }), PAGE_BYTES));
    if (!page.ok) throw new Error(`the listing is no answer of S3: ${page.error}`);
    for (const object of page.value.objects) {
      if (!object.key.startsWith(bucket.prefix))
        throw new Error("the listing holds keys that are not under the prefix");
      if (compareKeys(object.key, startAfter) > 0) yield object;
    }
    const { next } = page.value;
    if (next === undefined) return;
    if (next === token) throw new Error("the listing does not come to an end");
    token = next;
  }
  throw new Error(`the listing has more than ${MAX_PAGES} pages`);
}

type Finishing = {
  readonly bucket: BucketSetting;
  readonly moveTo: string | undefined;
  readonly item: Item;
  readonly signal: AbortSignal;
};

/** If-Match: what somebody put there meanwhile under the same key is neither moved nor deleted by servers that know it. */
async function finish(client: S3Client, { bucket, moveTo, item, signal }: Finishing): Promise<void> {
  const { key, version } = item;
  if (moveTo !== undefined) {
    const headers = {
      "x-amz-copy-source": `/${bucket.name}/${key.split("/").map(encoded).join("/")}`,
      "x-amz-copy-source-if-match": etagOf(version),
    };
    const target = moveTo + key.slice(bucket.prefix.length);
    const text = await textOf(await client.send({ method: "PUT", key: target, headers, signal }), COPY_BYTES);
    const parsed = parseXml(text);
    // A copy that fails half-way is still answered with 200.
    if (!parsed.ok || parsed.value.name !== "CopyObjectResult") throw new Error("the server could not copy the object");
  }
  const response = await client.send({ method: "DELETE", key, headers: { "if-match": etagOf(version) }, signal });
  response.resume();
}

const etagOf = (version: string): string => version.slice(0, version.lastIndexOf(" "));
