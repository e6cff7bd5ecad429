import { expect, it } from "vitest";
import { fileStamp } from "./file-stamp.ts";

it("An instant in a file's name has no character that a file system refuses, and sorts by time", () => {
  expect(fileStamp(new Date("2026-11-22T12:34:56.789Z"))).toBe("20261122T123456Z");
});
