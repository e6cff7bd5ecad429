import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { isIpv4, isIpv6, splitHostPort, toCount, toIp, toPort } from "./address.ts";

describe("An address column holds an address or nothing", () => {
  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["2001:DB8::1", "2001:db8::1"],
    ["[2001:db8::1]", "2001:db8::1"],
    ["fe80::1%eth0", "fe80::1"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::FFFF:192.0.2.7", "192.0.2.7"],
    ["::1", "::1"],
    ["::", "::"],
    ["64:ff9b::192.0.2.33", "64:ff9b::192.0.2.33"],
    ["256.1.1.1", ""],
    ["192.0.2", ""],
    ["192.0.2.010", ""],
    ["1:2:3:4:5:6:7", ""],
    ["1:2:3:4:5:6:7:8:9", ""],
    ["1::2::3", ""],
    ["12345::", ""],
    ["host.example.com", ""],
    ["-", ""],
    ["", ""],
    [null, ""],
    [3_221_225_985, ""],
  ])("%j → %j", (value, expected) => expect(toIp(value)).toBe(expected));

  it("agrees with Node about every text made of an address's characters", () => {
    const text = fc.string({ unit: fc.constantFrom(..."0123456789abcdef:."), maxLength: 24 });
    fc.assert(
      fc.property(fc.oneof(text, fc.ipV4(), fc.ipV6()), (address) => {
        expect(isIpv4(address)).toBe(isIP(address) === 4);
        expect(isIpv6(address)).toBe(isIP(address) === 6);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("Numbers that logs write as text", () => {
  test.each([
    ["443", 443],
    [443, 443],
    ["65536", 0],
    [-1, 0],
    ["4.5", 0],
    ["443x", 0],
    ["", 0],
    [Number.NaN, 0],
  ])("port %j → %d", (value, port) => expect(toPort(value)).toBe(port));

  test.each([
    ["0x1f90", 8080],
    ["0X10", 16],
    ["0x", 0],
    ["0xzz", 0],
    ["99999999999999999999", 0],
    [1e300, 0],
  ])("count %j → %d", (value, count) => expect(toCount(value)).toBe(count));

  test.each([
    ["www.example.com:8443", "www.example.com", 8443],
    ["[2001:db8::1]:443", "2001:db8::1", 443],
    ["2001:db8::1", "2001:db8::1", 0],
    ["www.example.com", "www.example.com", 0],
  ])("%s is host %s, port %d", (text, host, port) => expect(splitHostPort(text)).toEqual({ host, port }));
});
