import { describe, expect, test } from "vitest";
import { toAppError } from "./problem.ts";

describe("What the events engine throws", () => {
  test.each([
    ["unavailable", "Code: 243. DB::Exception: Cannot reserve 1.00 MiB, not enough space. (NOT_ENOUGH_SPACE)"],
    ["unavailable", "Code: 75. DB::Exception: Cannot write to file x, errno: 28, strerror: No space left on device."],
    ["unavailable", "Code: 1001. DB::Exception: filesystem error: in create_directories: No space left on device"],
    ["unavailable", "Code: 76. DB::Exception: Cannot open file x, errno: 24, strerror: Too many open files."],
    ["unavailable", "connect ECONNREFUSED 127.0.0.1:8123"],
    ["invalid", "Code: 75. DB::Exception: Cannot write to file x, errno: 22, strerror: Invalid argument."],
    ["invalid", "Code: 27. DB::Exception: Cannot parse input: expected ',' before: 'x'"],
    ["invalid", "Code: 27. DB::Exception: Cannot parse input: before: 'No space left on device'"],
    ["over_limit", "Code: 241. DB::Exception: Memory limit (total) exceeded"],
  ])("is %s: %s", (code, message) => {
    expect(toAppError(new Error(message)).code).toBe(code);
  });
});
