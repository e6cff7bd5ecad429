import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileMatchers, type Pattern, parseNetwork } from "./match.ts";

const matcher = (patterns: Record<string, Pattern>) =>
  compileMatchers(Object.entries(patterns).map(([owner, pattern]) => ({ owner, pattern })));
const from = (peer: string, hostName?: string, transport = "syslog-udp") => ({ transport, peer, hostName });

describe("Which source a syslog sender is", () => {
  const sourceOf = matcher({
    everyone: { peer: "10.0.0.0/8" },
    osaka: { peer: "10.2.0.0/16" },
    firewall: { peer: "10.2.0.1" },
    "firewall over TCP": { peer: "10.2.0.1", transport: "syslog-tcp" },
    webs: { hostName: "web-*.example.jp" },
    "webs of Osaka": { hostName: "web-*.example.jp", peer: "10.2.0.0/16" },
    v6: { peer: "2001:db8::/32" },
  });

  it.each([
    [from("10.9.9.9"), "everyone"],
    [from("10.2.3.4"), "osaka"],
    [from("10.2.0.1"), "firewall"],
    [from("::ffff:10.2.0.1"), "firewall"],
    [from("10.2.0.1", undefined, "syslog-tcp"), "firewall over TCP"],
    [from("10.9.9.9", "WEB-1.example.jp"), "webs"],
    [from("10.2.3.4", "web-1.example.jp"), "webs of Osaka"],
    [from("192.0.2.1", "web-1.example.jp.evil.test"), undefined],
    [from("2001:db8::1"), "v6"],
    [from("2001:db9::1"), undefined],
    [from("192.0.2.1"), undefined],
    [from("not an address"), undefined],
    [from(""), undefined],
  ])("%j is %s", (sender, source) => {
    expect(sourceOf(sender)).toBe(source);
  });

  it("never throws and never lets a broken pattern match", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (peer, sender, hostName) => {
        const match = matcher({ a: { peer } });
        const found = match(from(sender, hostName));
        expect(found === undefined || parseNetwork(peer).ok).toBe(true);
      }),
    );
  });

  it("matches a host name pattern exactly as a glob does", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "*"), minLength: 1, maxLength: 8 });
    const name = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 10 });
    fc.assert(
      fc.property(letters, name, (pattern, hostName) => {
        const glob = new RegExp(`^${pattern.replaceAll("*", ".*")}$`);
        expect(matcher({ a: { hostName: pattern } })(from("192.0.2.1", hostName)) === "a").toBe(glob.test(hostName));
      }),
      { numRuns: 500 },
    );
  });

  it("cannot be slowed down by a pattern of many asterisks", () => {
    const match = matcher({ a: { hostName: `${"a*".repeat(127)}b` } });
    expect(match(from("192.0.2.1", "a".repeat(100_000)))).toBeUndefined();
  });
});

describe("Networks", () => {
  it.each([
    ["10.0.0.5", true],
    ["10.0.0.0/8", true],
    ["2001:db8::/32", true],
    ["::ffff:10.0.0.0/104", true],
    ["10.0.0.0/33", false],
    ["10.1", false],
    ["0x0a.0.0.1", false],
    ["010.0.0.1", false],
    ["10.1/16", false],
    ["example.jp", false],
    ["", false],
  ])("%j is one: %s", (text, isNetwork) => {
    expect(parseNetwork(text).ok).toBe(isNetwork);
  });
});
