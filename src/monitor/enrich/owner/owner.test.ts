import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { createParser } from "../../parse/index.ts";
import { OwnerBook } from "./book.ts";
import type { OwnerFact } from "./fact.ts";
import { ownerFactOf } from "./observe.ts";
import { MAX_FACTS } from "./track.ts";

const HOUR = 3_600_000;
const fact = (told: Partial<OwnerFact>): OwnerFact => ({
  ...{ unitId: "alpha", address: "10.0.0.5", kind: "lease", atMs: 0, untilMs: HOUR },
  ...{ host: "", user: "", mac: "", session: "" },
  ...told,
});
const bookOf = (...facts: Partial<OwnerFact>[]): OwnerBook => {
  const book = new OwnerBook();
  for (const one of facts) book.learn(fact(one));
  return book;
};
const hostAt = (book: OwnerBook, ms: number, unitId = "alpha"): string | undefined =>
  book.ownerAt(unitId, "10.0.0.5", ms)?.host;
const userAt = (book: OwnerBook, ms: number): string | undefined => book.ownerAt("alpha", "10.0.0.5", ms)?.user;

describe("Who had an address", () => {
  const pc1 = { host: "pc1", mac: "00:00:00:00:00:01" };
  const pc2 = { host: "pc2", mac: "00:00:00:00:00:02" };

  it("is the machine that leased it, from the first instant to before the last", () => {
    const book = bookOf({ ...pc1, atMs: 1_000, untilMs: 2_000 });
    expect([999, 1_000, 1_999, 2_000].map((ms) => hostAt(book, ms))).toEqual([undefined, "pc1", "pc1", undefined]);
  });

  it("is the next machine as soon as that has it, although the first lease would have gone on", () => {
    const book = bookOf({ ...pc1, atMs: 0, untilMs: 10 * HOUR }, { ...pc2, atMs: HOUR, untilMs: 2 * HOUR });
    expect([HOUR - 1, HOUR, 3 * HOUR].map((ms) => hostAt(book, ms))).toEqual(["pc1", "pc2", undefined]);
  });

  it("is told of events and leases that arrive late by their own time", () => {
    const book = bookOf({ ...pc2, atMs: 5 * HOUR, untilMs: 6 * HOUR }, { ...pc1, atMs: HOUR, untilMs: 9 * HOUR });
    expect([2 * HOUR, 5.5 * HOUR, 7 * HOUR].map((ms) => hostAt(book, ms))).toEqual(["pc1", "pc2", undefined]);
  });

  it("is nobody after a release, until the next lease", () => {
    const book = bookOf(
      { ...pc1, untilMs: 9 * HOUR },
      { atMs: 100, untilMs: 100 },
      { ...pc1, atMs: 200, untilMs: 300 },
    );
    expect([99, 100, 250].map((ms) => hostAt(book, ms))).toEqual(["pc1", undefined, "pc1"]);
  });

  it("stays the same machine through renewals, also when one does not say its name", () => {
    const book = bookOf({ ...pc1, untilMs: HOUR }, { ...pc1, host: "", atMs: HOUR / 2, untilMs: 1.5 * HOUR });
    expect(hostAt(book, 1.4 * HOUR)).toBe("pc1");
  });

  it("is another machine in another company with the same addresses", () => {
    const book = bookOf({ ...pc1, unitId: "alpha" }, { ...pc2, unitId: "beta" });
    expect([hostAt(book, 1, "alpha"), hostAt(book, 1, "beta"), hostAt(book, 1, "gamma")]).toEqual([
      "pc1",
      "pc2",
      undefined,
    ]);
  });

  it("is the person of the VPN session before whoever signs in over it", () => {
    const book = bookOf(
      { kind: "session", user: "sato", untilMs: 9 * HOUR },
      { kind: "logon", user: "admin", atMs: 10, untilMs: 9 * HOUR },
    );
    expect(userAt(book, 20)).toBe("sato");
  });

  it("ends with its session, when the line says only the session", () => {
    const session = { kind: "session", session: "sato 198.51.100.7" } as const;
    const book = bookOf(
      { ...session, user: "sato", untilMs: 9 * HOUR },
      { ...session, address: "", atMs: 50, untilMs: 50 },
    );
    expect([userAt(book, 49), userAt(book, 51)]).toEqual(["sato", undefined]);
  });

  it("is nobody for certain where several people sign in", () => {
    const book = bookOf({ kind: "logon", user: "sato" }, { kind: "logon", user: "kato", atMs: 10, untilMs: 2 * HOUR });
    expect([userAt(book, 5), userAt(book, 20), userAt(book, 1.5 * HOUR)]).toEqual(["sato", undefined, "kato"]);
  });

  it("is the same whatever order different machines are heard of in", () => {
    const leases = fc
      .uniqueArray(fc.nat(1_000), { minLength: 1, maxLength: 20 })
      .map((times) => times.map((atMs, i) => fact({ host: `pc${i}`, mac: `${i}`, atMs, untilMs: atMs + 100 })));
    fc.assert(
      fc.property(leases, fc.infiniteStream(fc.nat()), fc.nat(1_200), (facts, order, ms) => {
        const shuffled = facts.map((one) => ({ one, key: order.next().value })).sort((a, b) => a.key - b.key);
        const latest = facts.filter(({ atMs }) => atMs <= ms).sort((a, b) => b.atMs - a.atMs)[0];
        const expected = latest && ms < latest.untilMs ? latest.host : undefined;
        expect(hostAt(bookOf(...facts), ms)).toBe(expected);
        expect(hostAt(bookOf(...shuffled.map(({ one }) => one)), ms)).toBe(expected);
      }),
    );
  });
});

describe("The book", () => {
  it("tells news from what it knows: repeated sign-ins are not passed on", () => {
    const book = new OwnerBook();
    const logon = { kind: "logon", user: "sato", untilMs: 10 * HOUR } as const;
    expect(book.learn(fact(logon))).toBe(true);
    expect(book.learn(fact(logon))).toBe(false);
    expect(book.learn(fact({ ...logon, atMs: 1_000, untilMs: 10 * HOUR + 1_000 }))).toBe(false);
    expect(book.learn(fact({ ...logon, atMs: 5 * HOUR, untilMs: 15 * HOUR }))).toBe(true);
  });

  it("keeps the newest facts of an address, and forgets the addresses heard of longest ago in the largest unit", () => {
    const flood = Array.from({ length: MAX_FACTS + 5 }, (_, i) => ({
      mac: `${i}`,
      host: `pc${i}`,
      atMs: i,
      untilMs: i + 1,
    }));
    expect([...bookOf(...flood).facts()]).toHaveLength(MAX_FACTS);
    const small = new OwnerBook(3);
    small.learn(fact({ unitId: "beta", host: "kept" }));
    for (const i of [1, 2, 3, 4]) small.learn(fact({ address: `10.0.0.${i}`, host: `pc${i}` }));
    expect(small.addresses).toBe(3);
    expect(small.ownerAt("beta", "10.0.0.5", 1)?.host).toBe("kept");
    expect(small.ownerAt("alpha", "10.0.0.1", 1)).toBeUndefined();
    expect(small.ownerAt("alpha", "10.0.0.4", 1)?.host).toBe("pc4");
  });

  it("is the same after being written down and read again", () => {
    const book = bookOf(
      { host: "pc1" },
      { kind: "session", user: "sato", session: "s" },
      { unitId: "beta", host: "pc2" },
    );
    const copy = bookOf(...book.facts());
    expect([...copy.facts()]).toEqual([...book.facts()]);
  });
});

describe("A line that says who has an address", () => {
  const parser = createParser();
  const read = (line: string): OwnerFact | undefined => {
    const hints = { format: "auto", transport: "syslog", peer: "192.0.2.1", receivedAtMs: Date.UTC(2026, 10, 27, 12) };
    const event = parser.parse(Buffer.from(line), hints);
    return ownerFactOf(event, { unitId: "alpha", atMs: event.timeMs });
  };
  const syslog = (text: string): string => `<30>Nov 27 10:00:00 gw1 ${text}`;
  const at = Date.UTC(2026, 10, 27, 10);

  test.each([
    [
      "dhcpd",
      "dhcpd[1]: DHCPACK on 10.0.0.5 to 00:11:22:33:44:55 (pc1) via eth0",
      { kind: "lease", address: "10.0.0.5", host: "pc1", mac: "00:11:22:33:44:55", untilMs: at + 24 * HOUR },
    ],
    [
      "dnsmasq",
      "dnsmasq-dhcp[1]: DHCPACK(eth0) 10.0.0.5 00:11:22:33:44:55 pc1",
      { kind: "lease", address: "10.0.0.5", host: "pc1" },
    ],
    [
      "Kea, with its term",
      "kea-dhcp4: INFO [kea-dhcp4.leases/7] DHCP4_LEASE_ALLOC [hwtype=1 00:11:22:33:44:55], cid=[no info], tid=0x1: lease 10.0.0.5 has been allocated for 3600 seconds",
      { kind: "lease", mac: "00:11:22:33:44:55", untilMs: at + HOUR },
    ],
    [
      "a release",
      "dhcpd[1]: DHCPRELEASE of 10.0.0.5 from 00:11:22:33:44:55 (pc1) via eth0 (found)",
      { kind: "lease", address: "10.0.0.5", untilMs: at },
    ],
    [
      "OpenVPN",
      "openvpn[9]: sato/198.51.100.7:4711 MULTI: Learn: 10.8.0.6 -> sato/198.51.100.7:4711",
      { kind: "session", address: "10.8.0.6", user: "sato" },
    ],
    [
      "OpenVPN, the end",
      "openvpn[9]: sato/198.51.100.7:4711 SIGTERM[soft,remote-exit] received, client-instance exiting",
      { kind: "session", address: "", untilMs: at },
    ],
    [
      "strongSwan",
      "charon: 06[IKE] <rw|83> assigning virtual IP 10.3.0.1 to peer 'sato@example.jp'",
      { kind: "session", address: "10.3.0.1", user: "sato@example.jp" },
    ],
    [
      "strongSwan, the end",
      "charon: 06[CFG] <rw|83> lease 10.3.0.1 by 'sato@example.jp' went offline",
      { kind: "session", address: "10.3.0.1", untilMs: at },
    ],
    [
      "Cisco ASA",
      "%ASA-4-722051: Group <staff> User <sato> IP <203.0.113.7> IPv4 Address <10.9.0.7> IPv6 address <::> assigned to session",
      { kind: "session", address: "10.9.0.7", user: "sato" },
    ],
  ])("%s", (_, text, expected) => expect(read(syslog(text))).toMatchObject(expected));

  test.each([
    ["an address that is only offered", "dhcpd[1]: DHCPOFFER on 10.0.0.5 to 00:11:22:33:44:55 via eth0"],
    ["one that is refused", "dhcpd[1]: DHCPNAK on 10.0.0.5 to 00:11:22:33:44:55 via eth0"],
    ["a sign-in without an address of ours", "sshd[1]: Accepted password for sato from 10.0.0.9 port 2222 ssh2"],
  ])("%s says nothing", (_, text) => expect(read(syslog(text))).toBeUndefined());

  const logon = (data: object): string =>
    JSON.stringify({
      EventID: 4624,
      Channel: "Security",
      Hostname: "dc1",
      EventTime: "2026-11-27 10:00:00",
      LogonType: 3,
      ...data,
    });

  it("Windows 4624 with an address of the company", () =>
    expect(read(logon({ TargetUserName: "sato", IpAddress: "10.0.0.5", WorkstationName: "PC1" }))).toMatchObject({
      ...{ kind: "logon", address: "10.0.0.5", user: "sato", host: "PC1" },
    }));

  test.each([
    ["a machine's account", { TargetUserName: "PC1$", IpAddress: "10.0.0.5" }],
    ["nobody", { TargetUserName: "ANONYMOUS LOGON", IpAddress: "10.0.0.5" }],
    ["the internet", { TargetUserName: "sato", IpAddress: "8.8.8.8" }],
    ["the machine itself", { TargetUserName: "sato", IpAddress: "127.0.0.1" }],
    ["no address", { TargetUserName: "sato", IpAddress: "-" }],
  ])("Windows 4624 of %s says nothing", (_, data) => expect(read(logon(data))).toBeUndefined());
});
