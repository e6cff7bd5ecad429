import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Disk } from "./disk.ts";
import { withDirectory } from "./testing/fixtures.ts";
import { debtsOf, lives } from "./testing/power-loss.ts";
import { VolatileDisk } from "./testing/volatile-disk.ts";

/** What a drive does that says "synced" and is not. */
const lying = (disk: Disk): Disk => ({
  open: async (path, flags) => ({ ...(await disk.open(path, flags)), datasync: async () => undefined }),
  list: (directory) => disk.list(directory),
  rename: (from, to) => disk.rename(from, to),
  remove: (path) => disk.remove(path),
  syncDirectory: (directory) => disk.syncDirectory(directory),
});

describe("Power loss in the middle of any step", () => {
  it("takes nothing acknowledged and invents nothing, whatever part of the unsynced bytes and names survives", () =>
    withDirectory(async (directory) => {
      let acknowledged = 0;
      await fc.assert(
        fc.asyncProperty(lives, async (plan) => {
          const outcome = await debtsOf(directory, plan);
          acknowledged += outcome.acknowledged;
          expect(outcome.debts).toEqual([]);
        }),
        { numRuns: 300 },
      );
      expect(acknowledged).toBeGreaterThan(1000);
    }));

  it("on a drive that only says it synced is noticed by this very check", () =>
    withDirectory(async (directory) => {
      const debts: string[] = [];
      for (const plan of fc.sample(lives, { numRuns: 50, seed: 1 }))
        debts.push(...(await debtsOf(directory, plan, lying)).debts);
      expect(debts.some((debt) => debt.startsWith("acknowledged"))).toBe(true);
    }));

  it("leaves the names of files to chance until their directory was synced", async () => {
    const disk = new VolatileDisk();
    const file = await disk.open("/log/a", "wx+");
    await file.writev([Buffer.from("synced")], 0);
    await file.datasync();
    expect(await disk.afterPowerLoss(() => 0).list("/log")).toEqual([]);
    await disk.syncDirectory();
    expect(await disk.afterPowerLoss(() => 0).list("/log")).toEqual(["a"]);
  });
});
