import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSpool, fileOpener, partLimits } from "../../src/app/ingest/index.ts";
import type { BucketSetting } from "../../src/monitor/collect/drop/settings.ts";
import { DEFAULT_LIMITS } from "../../src/monitor/collect/limits.ts";
import { dropSees, openDropBench } from "../../src/monitor/collect/testing/drop.ts";
import { storedRecords, storedTexts } from "../../src/monitor/collect/testing/fixtures.ts";
import { hasObjectStorage, type ObjectStorage, startObjectStorage } from "../support/object-storage/server.ts";

if (!hasObjectStorage)
  console.warn("no moto (see tests/support/object-storage/server.ts): the tests against S3 are skipped");

const openFile = fileOpener({ ...partLimits(DEFAULT_LIMITS), spool: createSpool("/tmp"), captures: undefined });
const FLOW =
  "2 123456789010 eni-1235b8ca 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK";

describe.skipIf(!hasObjectStorage)("Moto's S3, written to by boto3, signatures checked by botocore", () => {
  let storage: ObjectStorage;
  beforeAll(async () => {
    storage = await startObjectStorage();
  }, 120_000);
  afterAll(() => storage?.stop());

  const placeAt = (prefix: string, setting: Partial<BucketSetting> = {}) => {
    const { url: endpoint, bucket: name, accessKeyId, secretAccessKey } = storage;
    const bucket = {
      endpoint,
      name,
      accessKeyId,
      secretAccessKey,
      prefix,
      region: "ap-northeast-1",
      pathStyle: true,
      sorted: false,
    };
    return { kind: "bucket" as const, bucket: { ...bucket, ...setting } };
  };

  it("AWS's own layouts are read, each object once over restarts", async () => {
    const day = "aws/AWSLogs/123456789010";
    const trail = { Records: [{ eventName: "ConsoleLogin" }, { eventName: "StopLogging" }] };
    const lines = ["version account-id interface-id", FLOW];
    await storage.put(
      `${day}/CloudTrail/ap-northeast-1/2026/11/27/x_20261127T0000Z_a+b.json.gz`,
      gzipSync(JSON.stringify(trail)),
    );
    await storage.put(`${day}/elasticloadbalancing/2026/11/27/lb.log`, "https 2026-11-27T00:00:00Z app/櫓\n");
    await storage.put(`${day}/vpcflowlogs/2026/11/27/f.log.gz`, gzipSync(`${lines.join("\n")}\n`));
    await storage.put(`${day}/vpcflowlogs/2026/11/27/g.log.zst`, zstdCompressSync(`${FLOW}\n`));
    const bench = await openDropBench(openFile);
    const first = await bench.start(placeAt("aws/"));
    await dropSees(first, { objects: 4, waiting: 0, aside: 0 });
    await first.close();
    const texts = await storedTexts(bench.wal);
    expect(texts.slice(-4)).toEqual(["https 2026-11-27T00:00:00Z app/櫓", ...lines, FLOW]);
    expect(texts.join("\n")).toContain("StopLogging");
    expect((await storedRecords(bench.wal)).at(-1)?.peer).toBe(
      `s3://yagura-logs/${day}/vpcflowlogs/2026/11/27/g.log.zst`,
    );

    await storage.put("aws/later.log", "later\n");
    const second = await bench.start(placeAt("aws/"));
    await bench.holds(...texts, "later");
    await dropSees(second, { objects: 1, repeated: 0, failures: 0 });
  }, 120_000);

  it("a listing of several pages is read to its end, and from where keys that sort by date were left", async () => {
    const keys = Array.from({ length: 63 }, (_, index) => `many/${String(index).padStart(5, "0")} +%.log`);
    for (const key of keys) await storage.put(key, `${key}\n`);
    const bench = await openDropBench(openFile);
    const drop = await bench.start(placeAt("many/", { sorted: true }));
    await dropSees(drop, { objects: 63, waiting: 0 });
    expect(await storedTexts(bench.wal)).toEqual(keys);
  }, 120_000);

  it("what was taken is moved, or deleted; what cannot be read stays and is told once", async () => {
    await storage.put("move/a b+櫓.log", "one\n");
    await storage.put("move/broken.gz", gzipSync("x".repeat(10_000)).subarray(0, 20));
    await storage.put("delete/c.log", "two\n");
    const bench = await openDropBench(openFile);
    const moving = await bench.start(placeAt("move/"), { after: { moveTo: "done/" } });
    await dropSees(moving, { objects: 1, aside: 1, waiting: 0 });
    await bench.start(placeAt("delete/"), { after: "delete" });
    const keys = async () => (await storage.keys()).filter((key) => /^(move|done|delete)\//.test(key));
    await expect.poll(keys, { timeout: 20_000, interval: 200 }).toEqual(["done/a b+櫓.log", "move/broken.gz"]);
    expect(bench.warnings).toHaveLength(1);
    expect((await storedTexts(bench.wal)).sort()).toEqual(["one", "two"]);
  }, 120_000);

  it("a wrong secret is refused, told once, and nothing is lost", async () => {
    await storage.put("secret/a.log", "one\n");
    const bench = await openDropBench(openFile);
    const wrong = await bench.start(placeAt("secret/", { secretAccessKey: "wrong" }));
    await dropSees(wrong, { reachable: 0, failures: 2 });
    await wrong.close();
    expect(bench.warnings).toMatchObject([{ reason: expect.stringContaining("403 SignatureDoesNotMatch") }]);
    expect(JSON.stringify(bench.warnings)).not.toContain('wrong"');
    await bench.start(placeAt("secret/"));
    await bench.holds("one");
  }, 120_000);
});
