import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collectTouched, keepTouched, MAX_TOUCHED, TOUCHED_ROLES, type Touched, touchedBy } from "./touched.ts";

const told = (hot: Parameters<typeof touchedBy>[0]) =>
  touchedBy(hot).map(({ kind, value, role }) => `${role} ${kind} ${value}`);

describe("What an event touches", () => {
  it.each([
    ["a machine by its short name", { host_name: "WS5.theshire.local" }, ["self host ws5"]],
    ["a machine that is named by its address", { host_name: "10.1.2.3" }, ["self address 10.1.2.3"]],
    ["an account without its domain", { user_name: "CORP\\Taro" }, ["actor account taro"]],
    ["an account by its mail address", { user_target_name: "太郎@corp.example" }, ["target account 太郎"]],
    ["the machine behind a machine account", { user_name: "WS5$" }, ["actor host ws5"]],
    ["an IPv4 address in IPv6's clothes", { source_ip: "::ffff:203.0.113.9" }, ["source address 203.0.113.9"]],
    [
      "the registered domain",
      { url_domain: "a.b.example", url_registered_domain: "b.example" },
      ["destination domain b.example"],
    ],
    [
      "a file by its best hash",
      { file_hash_sha1: "A".repeat(40), file_hash_md5: "b".repeat(32) },
      [`object hash ${"a".repeat(40)}`],
    ],
  ])("is %s", (_, hot, wanted) => expect(told(hot)).toEqual(wanted));

  it("is nobody in particular for accounts of the system, addresses of no one and the hash of nothing", () => {
    const nobody = [
      ...[
        "SYSTEM",
        "NT AUTHORITY\\LOCAL SERVICE",
        "root",
        "-",
        "ANONYMOUS LOGON",
        "DWM-2",
        "S-1-5-18",
        "Administrator",
      ].map((user_name) => ({ user_name })),
      ...["127.0.0.1", "::1", "169.254.3.4", "fe80::1", "0.0.0.0", "::", "224.0.0.251", "255.255.255.255"].map(
        (source_ip) => ({ source_ip }),
      ),
      { file_hash_md5: "d41d8cd98f00b204e9800998ecf8427e" },
      { host_name: "localhost" },
      { dns_question_name: "1.0.0.10.in-addr.arpa" },
    ];
    expect(nobody.flatMap(told)).toEqual([]);
  });

  it("never fails, whatever a sender writes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        touchedBy({ host_name: text, user_name: text, source_ip: text, url_domain: text, file_hash_md5: text });
      }),
    );
  });
});

describe("What an alert remembers", () => {
  const touched = fc.record({
    kind: fc.constantFrom("host", "account", "address"),
    value: fc.integer({ min: 0, max: 90 }).map(String),
    role: fc.constantFrom(...TOUCHED_ROLES),
  });

  it("does not depend on what came first, nor in which portions", () => {
    fc.assert(
      fc.property(fc.array(touched, { maxLength: 200 }), fc.integer({ min: 1, max: 30 }), (all: Touched[], cut) => {
        const whole = new Map<string, Touched>();
        collectTouched(whole, all);
        const parts = new Map<string, Touched>();
        for (let at = 0; at < all.length; at += cut) collectTouched(parts, all.toReversed().slice(at, at + cut));
        expect(keepTouched(parts.values())).toEqual(keepTouched(whole.values()));
        expect(keepTouched(whole.values()).length).toBeLessThanOrEqual(MAX_TOUCHED);
      }),
    );
  });
});
