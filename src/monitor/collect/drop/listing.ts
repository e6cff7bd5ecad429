import { fail, ok, type Result } from "../../../kernel/result.ts";
import { childText, parseXml, type XmlElement } from "./xml.ts";

export type Listed = { readonly key: string; readonly etag: string; readonly sizeBytes: number };
export type Page = {
  readonly objects: readonly Listed[];
  /** Where the next page begins; undefined = there is none. */
  readonly next: string | undefined;
};

const MAX_KEY_BYTES = 1024;

/** One answer of ListObjectsV2 that was asked with `encoding-type=url`. Never throws. */
export function readPage(xml: string): Result<Page> {
  const parsed = parseXml(xml);
  if (!parsed.ok) return parsed;
  const result = parsed.value;
  if (result.name !== "ListBucketResult") return fail(`<${result.name.slice(0, 100)}> instead of <ListBucketResult>`);
  const isEncoded = childText(result, "EncodingType") === "url";
  const objects: Listed[] = [];
  for (const element of result.children) {
    if (element.name !== "Contents") continue;
    const object = readObject(element, isEncoded);
    if (object === undefined) return fail("an object without a right key, size or ETag");
    objects.push(object);
  }
  const isTruncated = childText(result, "IsTruncated") === "true";
  const next = childText(result, "NextContinuationToken");
  if (isTruncated && !next) return fail("a page that says there are more, and not where");
  return ok({ objects, next: isTruncated ? next : undefined });
}

function readObject(element: XmlElement, isEncoded: boolean): Listed | undefined {
  const text = childText(element, "Key");
  const size = childText(element, "Size") ?? "";
  const etag = childText(element, "ETag");
  const key = text !== undefined && isEncoded ? urlDecoded(text) : text;
  if (!key || Buffer.byteLength(key) > MAX_KEY_BYTES || !/^\d{1,15}$/.test(size)) return undefined;
  // It goes into a header of the next request.
  if (!etag || !/^[\x21-\x7e]{1,200}$/.test(etag)) return undefined;
  return { key, etag, sizeBytes: Number(size) };
}

function urlDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}
