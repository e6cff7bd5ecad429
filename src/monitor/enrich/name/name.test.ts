import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { registeredDomain } from "./registered-domain.ts";
import { readUserAgent } from "./user-agent.ts";

describe("The registered domain", () => {
  test.each([
    ["www.example.co.jp", "example.co.jp"],
    ["a.b.c.example.com", "example.com"],
    ["WWW.Example.COM", "example.com"],
    ["example.com.", "example.com"],
    ["evil.github.io", "evil.github.io"],
    ["www.日本語.jp", "xn--wgv71a119e.jp"],
    ["www.xn--wgv71a119e.jp", "xn--wgv71a119e.jp"],
    ["shop.横浜.jp", "xn--4cw21e.jp"],
    ["_ldap._tcp.dc.corp.local", "corp.local"],
    ["co.jp", ""],
    ["localhost", ""],
    ["10.0.0.1", ""],
    ["2001:db8::1", ""],
    ["", ""],
    [".", ""],
    ["a b.com", ""],
    ["x".repeat(300), ""],
  ])("of %j is %j", (name, expected) => expect(registeredDomain(name)).toBe(expected));

  it("is the end of the name, and its own registered domain", () => {
    fc.assert(
      fc.property(fc.domain(), (name) => {
        const domain = registeredDomain(name);
        if (domain === "") return;
        expect(name.toLowerCase().endsWith(domain)).toBe(true);
        expect(registeredDomain(domain)).toBe(domain);
      }),
    );
  });

  it("never throws", () =>
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void registeredDomain(text))));
});

const CHROME =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36";
const SAFARI =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1";

describe("A user agent", () => {
  test.each([
    [CHROME, { name: "Chrome", version: "120.0.0.0", os: "Windows 10", device: "desktop" }],
    [SAFARI, { name: "Mobile Safari", version: "17.0", os: "iOS 17.0", device: "mobile" }],
    ["curl/8.5.0", { name: "curl", version: "8.5.0", os: "", device: "program" }],
    ["python-requests/2.31.0", { name: "python-requests", version: "2.31.0", os: "", device: "program" }],
    [
      "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
      { name: "bingbot", version: "2.0", os: "", device: "robot" },
    ],
    ["() { :; }; /bin/bash", { name: "", version: "", os: "", device: "" }],
    ["-", undefined],
    ["", undefined],
  ])("%s", (text, expected) => expect(readUserAgent(text)).toEqual(expected));

  it("of any kind and length is read", () =>
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 3000 }), (text) => void readUserAgent(text))));
});
