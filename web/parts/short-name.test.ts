import { describe, expect, test } from "vitest";
import { shortName } from "./short-name.ts";

describe("A path or command line in a sentence", () => {
  test.each([
    ["C:\\Windows\\System32\\cmd.exe", "cmd.exe"],
    ['"C:\\Windows\\System32\\mstsc.exe"', "mstsc.exe"],
    ['"C:\\Program Files\\App\\app.exe" --quiet', "app.exe --quiet"],
    ["C:\\Windows\\System32\\svchost.exe -k netsvcs", "svchost.exe -k netsvcs"],
    [`C:\\a\\b.exe ${"x".repeat(80)}`, `b.exe ${"x".repeat(60)}…`],
    ["/usr/sbin/sshd", "sshd"],
    ["\\\\server\\share\\plan.xlsx", "plan.xlsx"],
    ["10.1.0.80:443", "10.1.0.80:443"],
    ["http://example.test/a/b", "http://example.test/a/b"],
    ["powershell -enc AAAA", "powershell -enc AAAA"],
    ["/", "/"],
    ["", ""],
  ])("%s reads %s", (value, text) => expect(shortName(value)).toBe(text));
});
