import { describe, expect, it } from "vitest";
import type { Place } from "./checkpoint.ts";
import { candidatesFor, growingCopyOf, isCopyName, settingFor, soughtPlaces } from "./identity.ts";

const place = (path: string, offset: number, id = `1:${path}`): Place => ({
  ...{ id, path, offset, sourceName: path, fingerprint: "f", isSkipping: false, headAt: 0 },
});

describe("A name of a copy", () => {
  it.each([
    ["/l/app.log.1", true],
    ["/l/app.log-20261127", true],
    ["/l/app-20261127.log", true],
    ["/l/app.1.log", true],
    ["/l/app.log.2026-11-27T10:00", true],
    ["/l/app.log.old", true],
    ["/old/app.log", true],
    ["/old/app.log.1", true],
    ["/l/app.log", false],
    ["/l/application.log", false],
    ["/l/app-error.log", false],
    ["/l/app.log.error", false],
    ["/l/other.log.1", false],
  ])("%s, of /l/app.log: %s", (path, expected) => expect(isCopyName(path, "/l/app.log")).toBe(expected));

  it("is not the next day's file of a writer who dates them", () =>
    expect(isCopyName("/l/app-20261128.log", "/l/app-20261127.log")).toBe(false));
});

describe("How far a new file was read may be told by", () => {
  const at = (path: string, sizeBytes: number) => ({ path, id: "9:9", sizeBytes });
  const live = (offset: number) => ({ live: [place("/l/app.log", offset)], lost: [] });
  const lost = (offset: number) => ({ live: [], lost: [place("/l/app.log", offset)] });
  it.each([
    ["the original of a large copy", at("/l/app.log.1", 5000), live(4000), 1],
    ["the original of a large copy in another directory", at("/old/app.log.1", 5000), live(4000), 1],
    ["the original of a small copy that is as long", at("/l/app.log.1", 10), live(10), 1],
    ["nothing: a small file that only begins alike", at("/l/app.log.1", 20), live(10), 0],
    ["nothing: a small file elsewhere", at("/old/app.log", 10), live(10), 0],
    ["nothing: a file that is shorter", at("/l/app.log.1", 3000), live(4000), 0],
    ["nothing: an original of which nothing was read", at("/l/app.log.1", 3000), live(0), 0],
    ["nothing: another name", at("/l/other.log", 5000), live(4000), 0],
    ["nothing: the successor of a file that is still there", at("/l/app.log", 5000), live(4000), 0],
    ["the file that stood there before a restore", at("/l/app.log", 5000), lost(4000), 1],
    ["the small file that stood there before a restore", at("/l/app.log", 10), lost(10), 1],
    ["nothing: a small file that has grown since", at("/l/app.log", 20), lost(10), 0],
  ])("%s", (_, file, known, expected) => expect(candidatesFor(file, known)).toHaveLength(expected));

  it("not by its own content from before it was cut", () =>
    expect(candidatesFor({ path: "/l/app.log", id: "1:/l/app.log", sizeBytes: 9000 }, live(4000))).toEqual([]));
});

it("A copy that has less than was read of its original may still be growing", () => {
  const read = [place("/l/app.log", 4000)];
  const growing = (path: string, sizeBytes: number) => growingCopyOf({ path, id: "9:9", sizeBytes }, read).length;
  expect([growing("/l/app.log.1", 0), growing("/l/app.log.1", 3999), growing("/l/app.log.1", 4000)]).toEqual([1, 1, 0]);
  expect(growing("/l/other.log", 10)).toBe(0);
});

describe("The settings name", () => {
  const settings = [
    { path: "/l//a/*.log", exclude: ["debug*", "/l/a/x/*"] },
    { path: "/l/**/*.txt", exclude: ["/l/private/**"] },
  ];
  it.each([
    ["/l/a/app.log", "/l//a/*.log"],
    ["/l/a/debug.log", undefined],
    ["/l/b/app.log", undefined],
    ["/l/a.txt", "/l/**/*.txt"],
    ["/l/x/y/z.txt", "/l/**/*.txt"],
    ["/l/private/y/z.txt", undefined],
  ])("%s by %s", (path, expected) => expect(settingFor(path, settings)?.path).toBe(expected));
});

describe("After a start a file is looked for under other names", () => {
  const settings = [{ path: "/l/a/*.log" }];
  it.each([
    ["when another file has its name", "/l/a/x.log", "7:7", 1],
    ["when nothing has its name", "/l/a/x.log", undefined, 1],
    ["but not when it has kept its name", "/l/a/x.log", "1:/l/a/x.log", 0],
    ["but not when no pattern of today names it", "/l/b/x.log", "7:7", 0],
    ["but not when a pattern was narrowed", "/l/a/x.txt", undefined, 0],
  ])("%s", (_, path, idNow, expected) => {
    expect(soughtPlaces([place(path, 10)], new Map([[path, idNow]]), settings)).toHaveLength(expected);
  });
});
