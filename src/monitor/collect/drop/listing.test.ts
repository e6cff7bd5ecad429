import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { readPage } from "./listing.ts";
import { parseXml } from "./xml.ts";

const object = (key: string, { etag = "&quot;e1&quot;", size = "7" } = {}): string =>
  `<Contents><Key>${key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>${etag}</ETag><Size>${size}</Size></Contents>`;
const page = (...inner: string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner.join("")}</ListBucketResult>`;
const URL_ENCODED = "<EncodingType>url</EncodingType>";

describe("A page of a bucket's objects", () => {
  it("gives keys, ETags and sizes, and where the next page begins", () => {
    const more = "<IsTruncated>true</IsTruncated><NextContinuationToken>t=1&amp;2</NextContinuationToken>";
    const answer = readPage(page(more, object("a/b.json.gz"), object("c")));
    expect(answer).toEqual({
      ok: true,
      value: {
        objects: [
          { key: "a/b.json.gz", etag: '"e1"', sizeBytes: 7 },
          { key: "c", etag: '"e1"', sizeBytes: 7 },
        ],
        next: "t=1&2",
      },
    });
  });

  test.each([
    ["url encoding", page(URL_ENCODED, object("a%20b%2B%E6%AB%93+c")), "a b+櫓 c"],
    ["no encoding", page(object("100%+a&#x6AD3;&lt;")), "100%+a櫓<"],
  ])("with %s is read as its keys are written", (_, xml, key) => {
    const answer = readPage(xml);
    expect(answer.ok && answer.value.objects[0]?.key).toBe(key);
  });

  test.each([
    ["a document type, whose entities would grow", `<!DOCTYPE x [<!ENTITY a "aaaa">]>${page(object("a"))}`],
    ["another answer", "<Error><Code>AccessDenied</Code></Error>"],
    ["HTML", "<html><body><br>Sign in</body></html>"],
    ["a cut answer", page(object("a")).slice(0, -9)],
    ["more pages without a place", page("<IsTruncated>true</IsTruncated>")],
    ["a key of too many bytes", page(object("x".repeat(1025)))],
    ["an ETag with a line end", page(object("a", { etag: "a&#13;&#10;b: c" }))],
    ["no size", page(object("a", { size: "-1" }))],
    ["a broken key", page(URL_ENCODED, object("%E6%"))],
    ["too deep nesting", "<a>".repeat(100)],
    ["nothing", ""],
  ])("is refused as a whole when it is %s", (_, xml) => expect(readPage(xml).ok).toBe(false));

  it("never throws, whatever the server sends", () => {
    const piece = fc.oneof(
      fc.constantFrom("<", ">", "</", "/>", "<a>", "</a>", "&amp;", "&#x110000;", "<Key>"),
      fc.string(),
    );
    fc.assert(fc.property(fc.array(piece), (pieces) => typeof readPage(page(...pieces)).ok === "boolean"));
    fc.assert(fc.property(fc.array(piece), (pieces) => typeof parseXml(pieces.join("")).ok === "boolean"));
  });
});
