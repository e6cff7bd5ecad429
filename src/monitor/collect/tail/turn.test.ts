import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openTestIntake, storedTexts } from "../testing/fixtures.ts";
import { type Followed, openRegular } from "./followed.ts";
import { Places } from "./places.ts";
import { ENDED_AFTER_MS } from "./read-on.ts";
import { readTurn } from "./turn.ts";

const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

async function openBench() {
  const root = await mkdtemp(join(tmpdir(), "yagura-turn-"));
  onTestFinished(() => rm(root, { recursive: true }));
  const { intake, wal } = await openTestIntake();
  const places = new Places([]);
  const told: string[] = [];
  let nowMs = 1_000;
  const deps = {
    ...{ intake, counts: { truncations: 0, longLines: 0 }, now: () => nowMs },
    tell: (_: string, error: unknown) => told.push(String(error)),
    onRead: () => undefined,
    onCut: () => undefined,
    release: (file: Followed) => places.release(file),
  };
  return {
    ...{ places, told, wal },
    passTime: (ms: number) => {
      nowMs += ms;
    },
    turn: () => readTurn(places.followed.values(), { deps, signal: new AbortController().signal }),
    /** Both under one path, as after a rotation. */
    async open(name: string, isRotated: boolean): Promise<Followed> {
      await writeFile(join(root, name), `${name}\n`);
      const { handle, id, sizeBytes } = await openRegular(join(root, name), root);
      const path = join(root, "app.log");
      const place = { id, path, sourceName: path, offset: 0, fingerprint: "", isSkipping: false, headAt: 0 };
      const file = { handle, place, isRotated, grownAtMs: nowMs, sizeBytes, modifiedAtMs: 0 };
      places.followed.set(id, file);
      onTestFinished(() => handle.close());
      return file;
    },
  };
}

it.each([
  ["whose server says that it is gone is closed at once", "ESTALE", 0],
  ["that fails is closed after a while", "EIO", ENDED_AFTER_MS],
])("A rotated file %s, its successor does not wait, and its place rests", async (_, code, afterMs) => {
  const { places, told, wal, turn, open, passTime } = await openBench();
  const rotated = await open("app.log.1", true);
  await open("app.log", false);
  Object.assign(rotated.handle, { stat: failing(code) });
  await turn();
  expect(await storedTexts(wal)).toEqual(["app.log"]);
  expect(places.followed.has(rotated.place.id)).toBe(afterMs > 0);
  passTime(afterMs);
  await turn();
  expect(places.followed.has(rotated.place.id)).toBe(false);
  expect(places.resting.get(rotated.place.id)).toBe(rotated.place);
  expect(rotated.handle.fd).toBe(-1);
  expect(told.length).toBeGreaterThan(0);
});

it("A file that has its name and fails is closed, to be opened anew at its place", async () => {
  const { places, turn, open } = await openBench();
  const file = await open("app.log", false);
  Object.assign(file.handle, { stat: failing("ESTALE") });
  await turn();
  expect(places.followed.size).toBe(0);
  expect(places.resting.get(file.place.id)).toBe(file.place);
  expect(file.handle.fd).toBe(-1);
});
