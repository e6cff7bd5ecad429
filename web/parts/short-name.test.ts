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
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36 Edg/131.0",
      "Edge 131",
    ],
    ["Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot 2"],
    ["Mozilla/5.0", "Mozilla/5.0"],
    [
      `http://example.test/${"a".repeat(100)}?end=here`,
      `http://example.test/${"a".repeat(40)}…${"a".repeat(15)}?end=here`,
    ],
    ["/", "/"],
    ["", ""],
  ])("%s reads %s", (value, text) => expect(shortName(value)).toBe(text));
});
