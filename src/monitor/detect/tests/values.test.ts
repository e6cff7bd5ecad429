import { describe, expect, test } from "vitest";
import type { FieldValue } from "../../event/index.ts";
import { select, type Verdict, verdictOf } from "./try-rule.ts";

type Case = readonly [why: string, wanted: unknown, actual: FieldValue | undefined, verdict: Verdict];

/** One field against one value: `undefined` leaves the field out of the event. */
const verdict = (key: string, wanted: unknown, actual: FieldValue | undefined): Verdict =>
  verdictOf(select({ [key]: wanted }), { other: "x", ...(actual !== undefined && { f: actual }) });

const run = (key: string, cases: readonly Case[]) =>
  test.each(cases)(`${key}: %s (%j on %j %s)`, (_, wanted, actual, expected) => {
    expect(verdict(key, wanted, actual)).toBe(expected);
  });

describe("A plain value", () => {
  run("f", [
    ["is compared as a whole", "cmd.exe", "cmd.exe", "fires"],
    ["ignores case", "CMD.exe", "cmd.EXE", "fires"],
    ["ignores case beyond ASCII", "ÜBER.exe", "über.EXE", "fires"],
    ["is not sought inside", "cmd", "cmd.exe", "is silent"],
    ["fits a number written as text", 4688, "4688", "fires"],
    ["written as text fits a number", "4688", 4688, "fires"],
    ["is not compared by magnitude", "1", "1.0", "is silent"],
    ["fits a boolean written as text", true, "True", "fires"],
    ["written as text fits a boolean", "false", false, "fires"],
    ["fits any value of a list in the event", "b", ["a", "b"], "fires"],
    ["fits a number in a list in the event", 2, [1, 2], "fires"],
    ["fits no value of a list in the event", "c", ["a", "b"], "is silent"],
    ["does not fit an absent field", "a", undefined, "is silent"],
    ["does not fit null", "null", null, "is silent"],
    ["does not fit a list's null", "null", [null], "is silent"],
    ["is one of a list", ["a", "b"], "b", "fires"],
    ["is none of a list", ["a", "b"], "c", "is silent"],
    ["mixes texts and numbers in a list", ["a", 7], "7", "fires"],
    ["keeps spaces", " a", "a", "is silent"],
    ["takes a letter that grows in lower case", "i\u0307x", "İX", "fires"],
  ]);
});

describe("Nothing, the empty text and absence are told apart", () => {
  run("f", [
    ["null fits an absent field", null, undefined, "fires"],
    ["null fits null", null, null, "fires"],
    ["null fits a list without a value", null, [], "fires"],
    ["null does not fit the empty text", null, "", "is silent"],
    ["null does not fit zero", null, 0, "is silent"],
    ["null does not fit false", null, false, "is silent"],
    ["the empty text fits the empty text", "", "", "fires"],
    ["the empty text does not fit an absent field", "", undefined, "is silent"],
    ["the empty text does not fit null", "", null, "is silent"],
    ["the empty text does not fit a space", "", " ", "is silent"],
    ["a list may hold null", ["a", null], undefined, "fires"],
    ["a list with null still wants its texts", ["a", null], "b", "is silent"],
    ["a list may hold the empty text", ["a", ""], "", "fires"],
  ]);
  run("f|exists", [
    ["a value", true, "a", "fires"],
    ["the empty text is there", true, "", "fires"],
    ["null is there", true, null, "fires"],
    ["an absent field is not", true, undefined, "is silent"],
    ["false wants absence", false, undefined, "fires"],
    ["false refuses a value", false, "a", "is silent"],
    ["false refuses null", false, null, "is silent"],
  ]);
});

describe("Wildcards and backslashes", () => {
  run("f", [
    ["a star at the end", "cmd*", "cmd.exe", "fires"],
    ["a star at the end takes nothing too", "cmd*", "cmd", "fires"],
    ["a star at the start", "*.exe", "cmd.exe", "fires"],
    ["stars on both sides", "*md.e*", "cmd.exe", "fires"],
    ["a star within", "c*e", "cmd.exe", "fires"],
    ["a star within takes line ends", "a*b", "a\r\nb", "fires"],
    ["two stars within", "a*b*c", "a-b-b-c", "fires"],
    ["two stars within want their order", "a*b*c", "a-c-b", "is silent"],
    ["the end after a star is the value's end", "a*c", "abcd", "is silent"],
    ["pieces do not overlap", "ab*ba", "aba", "is silent"],
    ["a star alone wants a value", "*", "anything", "fires"],
    ["a star alone takes the empty text", "*", "", "fires"],
    ["a star alone does not take null", "*", null, "is silent"],
    ["a question mark is one character", "prog?.exe", "prog1.exe", "fires"],
    ["a question mark is not none", "prog?.exe", "prog.exe", "is silent"],
    ["a question mark is not two", "prog?.exe", "prog12.exe", "is silent"],
    ["a question mark takes a character of two units", "a?b", "a😀b", "fires"],
    ["a question mark before a star", "a?*", "a", "is silent"],
    ["question marks at the end after a star", "a*??", "abc", "fires"],
    ["an escaped star is a star", "a\\*b", "a*b", "fires"],
    ["an escaped star is not a wildcard", "a\\*b", "axb", "is silent"],
    ["an escaped question mark", "a\\?", "a?", "fires"],
    ["an escaped question mark is not a wildcard", "a\\?", "ab", "is silent"],
    ["a single backslash before a letter", "C:\\Windows", "c:\\windows", "fires"],
    ["a double backslash before a letter is one", "C:\\\\Windows", "c:\\windows", "fires"],
    ["two backslashes and a star: a backslash, then anything", "C:\\\\*", "c:\\x", "fires"],
    ["two backslashes and a star want the backslash", "C:\\\\*", "c:x", "is silent"],
    ["three backslashes and a star: both plain", "a\\\\\\*b", "a\\*b", "fires"],
    ["three backslashes and a star match nothing else", "a\\\\\\*b", "a\\xb", "is silent"],
    ["three backslashes before a letter are two", "\\\\\\srv", "\\\\srv", "fires"],
    ["four backslashes are two", "\\\\\\\\srv", "\\\\srv", "fires"],
    ["a backslash at the end is plain", "C:\\", "c:\\", "fires"],
    ["characters of regular expressions are plain", "a.b(c)[d]+", "a.b(c)[d]+", "fires"],
    ["a dot is no wildcard", "a.b", "axb", "is silent"],
  ]);
});

describe("contains, startswith, endswith", () => {
  run("f|contains", [
    ["inside", "ell", "PowerShell.exe", "fires"],
    ["at the start", "power", "PowerShell", "fires"],
    ["the whole value", "a", "a", "fires"],
    ["not there", "bash", "PowerShell", "is silent"],
    ["any of a list", ["x", "shell"], "PowerShell", "fires"],
    ["wildcards inside", "po*she", "PowerShell", "fires"],
    ["wildcards inside want their order", "she*po", "PowerShell", "is silent"],
    ["a number", 68, 4688, "fires"],
    ["overlapping texts are both found", ["bcd", "abc"], "abcd", "fires"],
    ["a text that is the end of another's start", ["abcdx", "cd"], "abcde", "fires"],
    ["letters beyond ASCII", "ÄÖ", "xäöx", "fires"],
    ["ASCII text in a value with other letters", "cmd", "日本CMD語", "fires"],
    ["characters of two units", "😀", "a😀b", "fires"],
    ["the Kelvin sign is a k in lower case", "kelvin", "\u212AELVIN", "fires"],
  ]);
  run("f|startswith", [
    ["the start", "C:\\", "c:\\windows", "fires"],
    ["not the middle", "windows", "c:\\windows", "is silent"],
    ["one of several lengths", ["c:\\windows\\", "c:\\"], "c:\\temp", "fires"],
    ["longer than the value", "c:\\windows", "c:\\", "is silent"],
    ["with a wildcard", "c:\\\\*a", "C:\\x\\abc", "fires"],
    ["letters beyond ASCII", "Ünder", "üNDER x", "fires"],
  ]);
  run("f|endswith", [
    ["the end", "\\cmd.exe", "C:\\Windows\\CMD.EXE", "fires"],
    ["not the middle", "\\cmd", "c:\\cmd.exe", "is silent"],
    ["one of several", ["\\a.exe", "\\cmd.exe"], "c:\\cmd.exe", "fires"],
    ["the whole value", "cmd.exe", "cmd.exe", "fires"],
    ["with a question mark", "\\cmd?.exe", "c:\\cmd1.exe", "fires"],
    ["letters beyond ASCII", "ß.txt", "straß.TXT", "fires"],
  ]);
  run("f|contains|all", [
    ["all of them, in any order", ["b", "a"], "ab", "fires"],
    ["one is missing", ["a", "c"], "ab", "is silent"],
    ["each in any value of a list", ["a", "b"], ["xa", "bx"], "fires"],
  ]);
  run("f|all|startswith", [["all starts", ["a", "ab"], "abc", "fires"]]);
});

describe("cased", () => {
  run("f|cased", [
    ["the same letters", "Cmd", "Cmd", "fires"],
    ["another case", "Cmd", "cmd", "is silent"],
  ]);
  run("f|contains|cased", [
    ["inside", "She", "PowerShell", "fires"],
    ["inside, another case", "she", "PowerShell", "is silent"],
    ["with a wildcard", "P*S", "PowerShell", "fires"],
    ["a final sigma", "ΟΔΟΣ", "x ΟΔΟΣ y", "fires"],
  ]);
  run("f|cased|endswith", [["the end", ".EXE", "cmd.exe", "is silent"]]);
});

describe("neq", () => {
  run("f|neq", [
    ["another value", "a", "b", "fires"],
    ["the same value", "a", "A", "is silent"],
    ["none of a list", ["a", "b"], "c", "fires"],
    ["one of a list", ["a", "b"], "b", "is silent"],
    ["a number", 5, "5", "is silent"],
    ["an absent field differs", "a", undefined, "fires"],
  ]);
  run("f|contains|neq", [["does not contain", "x", "abc", "fires"]]);
  run("f|contains|all|neq", [["not all of them", ["a", "x"], "abc", "fires"]]);
});

describe("windash", () => {
  const cases: Case[] = ["-", "/", "–", "—", "―"].map((dash) => [
    `written with ${dash}`,
    " -enc",
    `x ${dash}ENC`,
    "fires",
  ]);
  run("f|windash|contains", [
    ...cases,
    ["another sign", " -enc", "x +enc", "is silent"],
    ["a slash in the rule", " /c", "cmd -c", "fires"],
    ["a dash inside a word stays a dash", "a-b", "a/b", "is silent"],
    ["a dash inside an option stays a dash", " -foo-bar", " /foo/bar", "is silent"],
    ["the second of two dashes counts", "--x", "-/x", "fires"],
    ["several options at once", " -a -b", "x /a –b", "fires"],
    ["more dashes than are spelled out", "-a -b -c -d -e", "x /a -b –c —d ―e", "fires"],
    ["more dashes, one of them wrong", "-a -b -c -d -e", "x /a -b –c —d +e", "is silent"],
    ["with a wildcard", "-a*-b", "/a x ―b", "fires"],
  ]);
  run("f|contains|windash", [["in the other order", "-x", "cmd /x", "fires"]]);
});

describe("re", () => {
  run("f|re", [
    ["anywhere in the value", "w[e]r", "PowerShell", "fires"],
    ["case counts", "POWER", "PowerShell", "is silent"],
    ["anchors", "^a.c$", "abc", "fires"],
    ["anchors refuse more", "^a.c$", "abcd", "is silent"],
    ["a dot takes no line end", "a.b", "a\nb", "is silent"],
    ["an inline flag", "(?i)POWER", "PowerShell", "fires"],
    ["alternatives", "foo|bar", "x bar", "fires"],
    ["counts", "^[0-9a-f]{4}$", "00ff", "fires"],
    ["an optional part", "colou?r", "color", "fires"],
    ["an optional group", "ab(cd)?ef", "abef", "fires"],
    ["a backslash is the expression's", "C:\\\\Win", "C:\\Windows", "fires"],
    ["a star is the expression's", "ab*c", "ac", "fires"],
    ["numbers", "^46", 4688, "fires"],
    ["any of a list", ["x+y", "z"], "az", "fires"],
    ["an absent field", ".*", undefined, "is silent"],
    ["the empty text", "^$", "", "fires"],
    ["a class of one letter in both cases", "[Pp][Oo]wer", "POwer", "fires"],
    ["letters beyond ASCII", "日本+", "x日本本", "fires"],
    ["a long line", ".{12}", "x\n123456789012", "fires"],
    ["no long line", "(.){12,}", "1234567890\n1234567890", "is silent"],
    ["a long line of characters of two units", ".{12,}", "😀".repeat(11), "is silent"],
  ]);
  run("f|re|s", [["a long value", ".{12,}", "123456\n123456", "fires"]]);
  run("f|re|i", [["ignores case", "POWER.hell", "PowerShell", "fires"]]);
  run("f|re|s", [["a dot takes a line end", "a.b", "a\nb", "fires"]]);
  run("f|re|m", [["anchors at every line", "^b$", "a\nb\nc", "fires"]]);
  run("f|re|m|s|i", [["all flags", "^B.C$", "a\nb\nc", "fires"]]);
  run("f|re|ignorecase", [["the long name", "POWER", "power", "fires"]]);
  run("f|re|neq", [["no match", "^a", "b", "fires"]]);
  run("f|re|all", [["every expression", ["a", "b$"], "ab", "fires"]]);
  run("f|re|contains", [["contains adds nothing", "b+", "abbc", "fires"]]);
});

describe("Encodings", () => {
  const base64 = (text: string, encoding: BufferEncoding = "utf8") => Buffer.from(text, encoding).toString("base64");
  run("f|base64", [
    ["the whole value", "secret", base64("secret"), "fires"],
    ["another value", "secret", base64("other"), "is silent"],
    ["characters beyond ASCII as UTF-8", "é", base64("é"), "fires"],
  ]);
  run("f|base64|contains", [["inside", "foobar", `x${base64("foobar")}x`, "fires"]]);
  run("f|base64offset|contains", [
    ["at a multiple of three", "/bin/bash", base64("echo; /bin/bash -c"), "fires"],
    ["one byte later", "/bin/bash", base64("echo;  /bin/bash -c"), "fires"],
    ["two bytes later", "/bin/bash", base64("echo;   /bin/bash -c"), "fires"],
    ["not there", "/bin/bash", base64("echo; /bin/dash -c"), "is silent"],
    ["any of a list", ["nope", "http://"], base64("curl http://x"), "fires"],
  ]);
  run("f|utf16le|base64offset|contains", [["little-endian", "iex", base64("x iex y", "utf16le"), "fires"]]);
  run("f|wide|base64offset|contains", [["another name for it", "iex", base64("x iex y", "utf16le"), "fires"]]);
  run("f|utf16be|base64offset|contains", [
    ["big-endian", "iex", Buffer.from("x iex y", "utf16le").swap16().toString("base64"), "fires"],
    ["big-endian only", "iex", base64("iex", "utf16le"), "is silent"],
  ]);
  run("f|utf16|base64", [["with a byte order mark", "iex", base64("\ufeffiex", "utf16le"), "fires"]]);
  run("f|wide|contains", [["bytes in the value itself", "ab", "xa\0b\0", "fires"]]);
  run("f|windash|base64", [["every dash encoded", "-x", base64("/x"), "fires"]]);
});

describe("Numbers", () => {
  run("f|lt", [
    ["less", 5, 4, "fires"],
    ["equal", 5, 5, "is silent"],
    ["as text", 5, "4.5", "fires"],
    ["negative", 0, "-1", "fires"],
    ["a word", 5, "four", "is silent"],
    ["the empty text", 5, "", "is silent"],
    ["an absent field", 5, undefined, "is silent"],
  ]);
  run("f|lte", [["equal", 5, "5", "fires"]]);
  run("f|gt", [
    ["more", 5, 6, "fires"],
    ["equal", 5, 5, "is silent"],
    ["hexadecimal", 15, "0x10", "fires"],
    ["any value of a list", 5, [1, 9], "fires"],
  ]);
  run("f|gte", [
    ["equal", 5, 5, "fires"],
    ["a fraction", 5.5, "5.49", "is silent"],
  ]);
  run("f|gt|neq", [["not more", 5, 5, "fires"]]);
});

describe("Parts of a time", () => {
  const time = "2026-08-21T23:05:09.123Z";
  run("f|minute", [["05", 5, time, "fires"]]);
  run("f|hour", [
    ["23", 23, time, "fires"],
    ["a space instead of T", 23, "2026-08-21 23:05:09.123", "fires"],
    ["an offset counts", 14, "2026-08-21T23:05:09+09:00", "fires"],
    ["seconds since 1970", 0, 1_767_225_600, "fires"],
    ["milliseconds since 1970", 0, 1_767_225_600_000, "fires"],
    ["no time", 0, "yesterday", "is silent"],
  ]);
  run("f|day", [["21", 21, time, "fires"]]);
  run("f|month", [["8", 8, time, "fires"]]);
  run("f|year", [["2026", 2026, "2026-01-01", "fires"]]);
  run("f|week", [
    ["ISO week", 34, time, "fires"],
    ["a January day of last year's last week", 53, "2027-01-03", "fires"],
    ["a December day of next year's first week", 1, "2025-12-29", "fires"],
  ]);
  run("f|hour|gte", [
    ["late", 22, time, "fires"],
    ["early", 22, "2026-08-21T08:00:00Z", "is silent"],
  ]);
});

describe("cidr", () => {
  run("f|cidr", [
    ["inside", "10.0.0.0/8", "10.200.3.4", "fires"],
    ["outside", "10.0.0.0/8", "11.0.0.1", "is silent"],
    ["a length within a byte", "172.16.0.0/12", "172.31.255.255", "fires"],
    ["just outside", "172.16.0.0/12", "172.32.0.0", "is silent"],
    ["one address", "192.0.2.7/32", "192.0.2.7", "fires"],
    ["everything", "0.0.0.0/0", "8.8.8.8", "fires"],
    ["host bits are ignored", "10.1.2.3/8", "10.9.9.9", "fires"],
    ["any of a list", ["10.0.0.0/8", "127.0.0.0/8"], "127.0.0.1", "fires"],
    ["IPv6", "fe80::/10", "fe80::1%eth0".split("%")[0] ?? "", "fires"],
    ["IPv6 outside", "fc00::/7", "fe80::1", "is silent"],
    ["IPv6 written otherwise", "2001:db8::/32", "2001:0DB8:0:0:0:0:0:1", "fires"],
    ["IPv4 inside IPv6", "10.0.0.0/8", "::ffff:10.0.0.1", "fires"],
    ["loopback", "::1/128", "::1", "fires"],
    ["a name", "10.0.0.0/8", "ten.example", "is silent"],
    ["too few parts", "10.0.0.0/8", "10.0.0", "is silent"],
  ]);
  run("f|cidr|neq", [["elsewhere", "10.0.0.0/8", "8.8.8.8", "fires"]]);
});
