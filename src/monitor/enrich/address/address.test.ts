import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { readAddress } from "../../../kernel/address.ts";
import { classOf } from "./class.ts";
import { directionOf } from "./direction.ts";
import { canonicalCidr, type DeclaredNetwork, Networks } from "./networks.ts";

const bytesOf = (text: string): readonly number[] => readAddress(text)?.toByteArray() ?? [];

describe("What an address is to the perimeter", () => {
  test.each([
    ["8.8.8.8", "public"],
    ["10.1.2.3", "private"],
    ["172.31.255.255", "private"],
    ["172.32.0.1", "public"],
    ["192.168.0.1", "private"],
    ["127.0.0.1", "private"],
    ["169.254.10.1", "private"],
    ["224.0.0.251", "private"],
    ["255.255.255.255", "private"],
    ["0.0.0.0", "reserved"],
    ["100.64.0.1", "reserved"],
    ["203.0.113.7", "reserved"],
    ["240.0.0.1", "reserved"],
    ["2606:4700:4700::1111", "public"],
    ["fd00::1", "private"],
    ["fe80::1", "private"],
    ["ff02::fb", "private"],
    ["::1", "private"],
    ["::", "reserved"],
    ["2001:db8::1", "reserved"],
    ["::ffff:10.0.0.1", "private"],
    ["::ffff:8.8.8.8", "public"],
  ])("%s is %s", (text, expected) => {
    const address = readAddress(text);
    expect(address && classOf(address)).toBe(expected);
  });

  test.each([
    "",
    "host",
    "1.2.3.4.5",
    "10.0.0.0/8",
    "12345::1::2",
    "999.1.1.1",
    "10",
    "192.168",
    "010.20.0.1",
    "0x7f.1",
  ])("%j is no address", (text) => expect(readAddress(text)).toBeUndefined());
});

describe("Direction, in ECS's words", () => {
  test.each([
    [true, true, "internal"],
    [true, false, "outbound"],
    [false, true, "inbound"],
    [false, false, "external"],
  ] as const)("source inside %s, destination inside %s: %s", (source, destination, expected) =>
    expect(directionOf(source, destination)).toBe(expected),
  );
});

describe("A declared network", () => {
  const GROUP = { unitId: "group", unitIds: "any" } as const;
  const ALPHA = { unitId: "alpha", unitIds: ["alpha", "alpha-tokyo"] };
  const TOKYO = { unitId: "alpha-tokyo", unitIds: ["alpha-tokyo"] };
  const BETA = { unitId: "beta", unitIds: ["beta"] };
  const declared: readonly DeclaredNetwork[] = [
    { cidr: "10.0.0.0/8", name: "group", ...GROUP },
    { cidr: "2001:db8:1::/48", name: "group six", ...GROUP },
    { cidr: "10.1.0.0/16", name: "alpha offices", ...ALPHA },
    { cidr: "10.1.2.0/24", name: "alpha servers", ...ALPHA },
    { cidr: "192.168.1.0/24", name: "alpha lab", ...ALPHA },
    { cidr: "192.168.1.0/24", name: "beta lab", ...BETA },
    { cidr: "10.1.0.0/16", name: "tokyo", ...TOKYO },
  ];
  const networks = new Networks(declared);

  test.each([
    ["beta", "10.1.2.3", "group", "another company's networks do not count"],
    ["alpha", "10.1.2.3", "alpha servers", "the longest prefix"],
    ["alpha", "10.1.3.3", "alpha offices", "the next longest"],
    ["alpha-tokyo", "10.1.2.3", "tokyo", "the nearest unit before the longest prefix"],
    ["alpha-tokyo", "192.168.1.9", "alpha lab", "the unit above, where the own says nothing"],
    ["beta", "192.168.1.9", "beta lab", "the same network, in two companies"],
    ["unheard-of", "10.9.9.9", "group", "the root's hold for every unit"],
    ["alpha", "2001:db8:1::5", "group six", "IPv6"],
    ["alpha", "::ffff:10.1.2.3", "alpha servers", "IPv4 in IPv6's clothes"],
    ["alpha", "11.0.0.1", "", "none"],
    ["alpha", "a01::", "", "IPv6 that begins with the bytes of 10.1"],
  ])("%s: %s is in %j (%s)", (unitId, address, expected) =>
    expect(networks.nameOf(unitId, bytesOf(address))).toBe(expected),
  );

  test.each([
    ["10.1.2.3/8", "10.0.0.0/8"],
    ["10.1.2.3", "10.1.2.3/32"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["192.168.255.255/17", "192.168.128.0/17"],
    ["2001:DB8:0:0::1/33", "2001:db8::/33"],
    ["::ffff:10.0.0.1/24", "10.0.0.0/24"],
    ["10.0.0.0/33", undefined],
    ["10.0.0.0/", undefined],
    ["10.0.0.0/8/8", undefined],
    ["10.0.0.0/-1", undefined],
    ["corp", undefined],
  ])("%s is kept as %s", (text, expected) => expect(canonicalCidr(text)).toBe(expected));

  it("holds exactly the addresses that share its first bits", () => {
    const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
    fc.assert(
      fc.property(octets, octets, fc.integer({ min: 0, max: 32 }), (network, address, bits) => {
        const one = new Networks([{ cidr: `${network.join(".")}/${bits}`, name: "n", unitId: "u", unitIds: ["u"] }]);
        const number = (four: readonly number[]): bigint => four.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
        const isIn = number(network) >> BigInt(32 - bits) === number(address) >> BigInt(32 - bits);
        expect(one.nameOf("u", address)).toBe(isIn ? "n" : "");
      }),
    );
  });
});
