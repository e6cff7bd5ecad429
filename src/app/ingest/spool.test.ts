import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createSpool, type SpoolOptions } from "./spool.ts";

async function openTestSpool(options: SpoolOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), "yagura-spool-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return { folder, spool: createSpool(folder, options) };
}

async function* bytesOf(...pieces: readonly string[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield Buffer.from(piece);
}

describe("An archive that is kept on the disk", () => {
  it("can be read at random, and has no name", async () => {
    const { folder, spool } = await openTestSpool();
    const { file, close } = await spool.keep(bytesOf("abc", "def"));
    expect(String((await file.read(Buffer.alloc(3), 0, 3, 2)).buffer)).toBe("cde");
    expect(await readdir(folder)).toEqual([]);
    await close();
  });

  it("takes from one budget for all, and gives back when it is closed, also after it failed", async () => {
    const { spool } = await openTestSpool({ maxTogetherBytes: 8 });
    const first = await spool.keep(bytesOf("12345"));
    await expect(spool.keep(bytesOf("12", "34"))).rejects.toMatchObject({ code: "unavailable" });
    await first.close();
    await first.close();
    await (await spool.keep(bytesOf("12345678"))).close();
    await expect(spool.keep(bytesOf("123456789"))).rejects.toMatchObject({ code: "unavailable" });
  });

  it("leaves room on the disk for the log and the engines", async () => {
    const { spool } = await openTestSpool({ lookAt: async () => ({ freeBytes: 40, totalBytes: 1_000 }) });
    await expect(spool.keep(bytesOf("1"))).rejects.toMatchObject({ code: "unavailable" });
  });
});
