import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createGate } from "./gate.ts";
import { openSpool } from "./spool.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "yagura-spool-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const mode = (path: string): number => statSync(path).mode & 0o777;

describe("The spool", () => {
  it("holds raw logs for its owner alone, and is gone when it is closed", async () => {
    const spool = openSpool(directory);
    const path = await spool.write("block.native", Buffer.from("raw log"));
    expect([mode(path), mode(dirname(path))]).toEqual([0o600, 0o700]);
    await spool.remove();
    expect(existsSync(dirname(path))).toBe(false);
  });

  it("falls back to the data directory when its place in memory cannot be written", async () => {
    const spool = openSpool(directory);
    const inMemory = dirname(await spool.write("first", Buffer.from("x")));
    rmSync(inMemory, { recursive: true });
    writeFileSync(inMemory, "somebody else's file");
    expect(await spool.write("second", Buffer.from("y"))).toBe(join(directory, "spool", "second"));
    await spool.remove();
  });
});

describe("The gate before the engine", () => {
  it("lets so many run at a time, others in their order, and turns away who finds the line full", async () => {
    const gate = createGate(["the one place"], 1);
    const order: string[] = [];
    let release = (): void => {};
    const first = gate(async () => {
      await new Promise<void>((done) => {
        release = done;
      });
      order.push("first");
    });
    const second = gate(async () => order.push("second"));
    await expect(gate(async () => order.push("third"))).rejects.toMatchObject({ code: "over_limit" });
    release();
    await Promise.all([first, second]);
    await gate(async () => order.push("fourth"));
    expect(order).toEqual(["first", "second", "fourth"]);
  });
});
