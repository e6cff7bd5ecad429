import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { createFlowDecoder } from "./decoder.ts";
import * as write from "./testing/writer.ts";

const { ip4, ipfix, set, template, u16, u32, v5, v5Record, v9 } = write;
const AT_MS = write.EXPORT_SECONDS * 1000;
const ROUTER = { address: "203.0.113.9", port: 4000 };
const FIVE = [
  [8, 4],
  [12, 4],
  [7, 2],
  [11, 2],
  [4, 1],
  [1, 4],
  [2, 4],
] as const;
const five = Buffer.concat([
  ip4("192.0.2.1"),
  ip4("198.51.100.2"),
  u16(1025),
  u16(443),
  Buffer.from([6]),
  u32(1500),
  u32(3),
]);
const FLOW = {
  ...{ sourceIPv4Address: "192.0.2.1", destinationIPv4Address: "198.51.100.2", sourceTransportPort: 1025 },
  ...{ destinationTransportPort: 443, protocolIdentifier: 6, octetDeltaCount: 1500, packetDeltaCount: 3 },
};

const read = (...datagrams: readonly Buffer[]) => {
  const decoder = createFlowDecoder();
  const all = datagrams.map((bytes) => decoder.decode(bytes, ROUTER, AT_MS));
  return {
    flows: all.flatMap(({ flows }) => flows),
    reasons: all.flatMap(({ refused }) => refused.map(({ reason }) => reason)),
  };
};

describe("A flow is read, to the millisecond, from", () => {
  test.each([
    [
      "NetFlow v5",
      [v5([v5Record(50_000, 59_000)])],
      { flowStartMilliseconds: AT_MS + 123 - 10_000, flowEndMilliseconds: AT_MS + 123 - 1_000 },
    ],
    [
      "NetFlow v5 across the wrap of the uptime clock",
      [v5([v5Record(2 ** 32 - 1_000, 500)], { upTimeMs: 1_000 })],
      { flowStartMilliseconds: AT_MS + 123 - 2_000 },
    ],
    ["NetFlow v5, sampled", [v5([v5Record(1, 2)], { sampling: 0x4064 })], { samplingRate: 100 }],
    [
      "NetFlow v9",
      [v9([set(0, template(256, [...FIVE, [22, 4]])), set(256, five, u32(50_250))])],
      { flowStartMilliseconds: AT_MS - 9_750 },
    ],
    [
      "IPFIX",
      [ipfix([set(2, template(256, [...FIVE, [152, 8]])), set(256, five, u32(400), u32(5))])],
      { flowStartMilliseconds: 400 * 2 ** 32 + 5 },
    ],
    [
      "IPFIX in NTP's time",
      [ipfix([set(2, template(256, [...FIVE, [154, 8]])), set(256, five, u32(2_208_988_801), u32(2 ** 31))])],
      { flowStartMilliseconds: 1_500 },
    ],
    [
      "IPFIX before the export",
      [ipfix([set(2, template(256, [...FIVE, [158, 4]])), set(256, five, u32(2_500_000))])],
      { flowStartMilliseconds: AT_MS - 2_500 },
    ],
    [
      "IPFIX with fields of variable length",
      [ipfix([set(2, template(256, [[82, 65_535], ...FIVE])), set(256, write.text("ge-0/0/1"), five)])],
      { interfaceName: "ge-0/0/1" },
    ],
    [
      "IPFIX with the long form of a length",
      [ipfix([set(2, template(256, [[82, 65_535], ...FIVE])), set(256, Buffer.from([255, 0, 2, 97, 98]), five)])],
      { interfaceName: "ab" },
    ],
    [
      "IPFIX with an enterprise's field",
      [ipfix([set(2, template(256, [...FIVE, [5, 2, 9]])), set(256, five, u16(77))])],
      { enterprise9element5: 77 },
    ],
    [
      "an IPFIX biflow",
      [ipfix([set(2, template(256, [...FIVE, [1, 4, 29_305]])), set(256, five, u32(9_000))])],
      { reverseOctetDeltaCount: 9_000 },
    ],
    ["data that came before its template", [v9([set(256, five)]), v9([set(0, template(256, FIVE))])], {}],
    [
      "NetFlow v9 whose sampling is told by options",
      [
        v9([
          set(1, write.v9Options(300, [[1, 4]], [[34, 4]])),
          set(300, u32(1), u32(512)),
          set(0, template(256, FIVE)),
          set(256, five),
        ]),
      ],
      { samplingRate: 512 },
    ],
    [
      "IPFIX whose sampling is told by options",
      [
        ipfix([
          set(
            3,
            write.ipfixOptions(300, 1, [
              [302, 4],
              [305, 4],
              [306, 4],
            ]),
          ),
          set(300, u32(1), u32(1), u32(99)),
          set(2, template(256, [...FIVE, [302, 4]])),
          set(256, five, u32(1)),
        ]),
      ],
      { samplingRate: 100 },
    ],
  ])("%s", (_, datagrams, more) => {
    const { flows, reasons } = read(...datagrams);
    expect(reasons).toEqual([]);
    expect(flows).toHaveLength(1);
    expect(flows[0]).toMatchObject({ ...FLOW, ...more });
  });

  it("sFlow v5: the packet's own headers, and an interface's counters", () => {
    const { flows, reasons } = read(write.sflow([write.flowSample(1000, write.ETHERNET, 1518), write.counterSample()]));
    expect(reasons).toEqual([]);
    expect(flows[0]).toMatchObject({
      ...{ sourceIPv4Address: "192.0.2.1", destinationIPv4Address: "198.51.100.2", sourceTransportPort: 5353 },
      ...{ destinationTransportPort: 53, vlanId: 42, samplingRate: 1000, octetDeltaCount: 1518, ingressInterface: 5 },
    });
    expect(flows[1]).toMatchObject({ sampleType: "counters", ifIndex: 9, ifInOctets: 0 });
  });
});

describe("What a hostile sender tries costs itself and is counted:", () => {
  test.each([
    ["a version that nobody has", Buffer.alloc(40, 3), ["malformed_flow"]],
    ["a v5 count above what is there", v5([v5Record(1, 2)], { count: 30 }), ["malformed_flow"]],
    ["a set longer than its datagram", v9([Buffer.concat([u16(256), u16(999)])]), ["malformed_flow"]],
    ["a set of length 0", v9([u32(0x01000000)]), ["malformed_flow"]],
    [
      "a template whose records have no length",
      v9([
        set(
          0,
          template(256, [
            [1, 0],
            [2, 0],
          ]),
        ),
      ]),
      ["malformed_flow"],
    ],
    ["a template that promises more fields than it has", v9([set(0, u16(256), u16(500), u32(1))]), ["malformed_flow"]],
    [
      "a variable length past the end",
      ipfix([set(2, template(256, [[82, 65_535]])), set(256, Buffer.from([200, 1]))]),
      ["malformed_flow"],
    ],
    [
      "a template of mostly empty fields",
      v9([set(0, template(256, [[4, 1], ...Array.from({ length: 100 }, () => [1, 0] as const)]))]),
      ["malformed_flow"],
    ],
    ["thousands of empty sets", ipfix(Array.from({ length: 2_000 }, () => set(300))), ["over_limit"]],
    ["one-byte records", v9([set(0, template(256, [[4, 1]])), set(256, Buffer.alloc(60_000))]), ["over_limit"]],
    ["an sFlow sample past the end", write.sflow([u32(1), u32(99_999)], 1), ["malformed_flow"]],
    ["four thousand million sFlow samples", write.sflow([], 2 ** 32 - 1), ["malformed_flow"]],
  ])("%s", (_, bytes, reasons) => expect(read(bytes).reasons).toEqual(reasons));

  it("a template bomb from many domains stays within the bounds", () => {
    const decoder = createFlowDecoder({ fields: 1_000, domains: 20, domainsPerAddress: 10 });
    for (let i = 0; i < 500; i += 1) {
      const bomb = v9(
        [
          set(
            0,
            template(
              256 + i,
              Array.from({ length: 100 }, () => [1, 4] as const),
            ),
          ),
        ],
        i,
      );
      decoder.decode(bomb, { address: `192.0.2.${i % 7}`, port: 1 }, AT_MS);
    }
    expect(decoder.size().fields).toBeLessThanOrEqual(1_000);
    expect(decoder.size().domains).toBeLessThanOrEqual(20);
  });

  it("a template changed midway is the one that holds from there on", () => {
    const { flows } = read(
      v9([set(0, template(256, [[1, 4]])), set(256, u32(5)), set(0, template(256, [[2, 4]])), set(256, u32(6))]),
    );
    expect(flows.map(({ octetDeltaCount, packetDeltaCount }) => [octetDeltaCount, packetDeltaCount])).toEqual([
      [5, undefined],
      [undefined, 6],
    ]);
  });

  it("two exporters with the same domain keep their own templates, and so do two ports of one address", () => {
    const decoder = createFlowDecoder();
    decoder.decode(v9([set(0, template(256, [[1, 4]]))]), ROUTER, AT_MS);
    for (const other of [
      { address: "203.0.113.10", port: 4000 },
      { ...ROUTER, port: 4001 },
    ])
      decoder.decode(v9([set(0, template(256, [[2, 4]]))]), other, AT_MS);
    expect(decoder.decode(v9([set(256, u32(5))]), ROUTER, AT_MS).flows[0]).toMatchObject({ octetDeltaCount: 5 });
  });

  it("data whose template never comes is counted once, when it has waited long enough or there is no room", () => {
    const decoder = createFlowDecoder({ waitingBytesPerDomain: 1_000 });
    const now = [0, 1, 2, 3, 4].flatMap(() => decoder.decode(v9([set(256, u32(5))]), ROUTER, AT_MS).refused);
    expect([...now, ...decoder.sweep(AT_MS + 200_000)].map(({ reason }) => reason)).toEqual(
      Array(5).fill("no_template"),
    );
    expect(decoder.size()).toEqual({ domains: 0, fields: 0, waitingBytes: 0 });
  });

  it("any bytes, behind any version and after real templates, never crash and stay bounded", () => {
    const known = [
      set(0, template(256, FIVE)),
      set(
        0,
        template(257, [
          [1, 0],
          [96, 300],
        ]),
      ),
    ];
    const heads = [
      u16(5),
      v9([]).subarray(0, 20),
      v9(known),
      ipfix([]).subarray(0, 16),
      write.sflow([]),
      Buffer.alloc(0),
    ];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 600 }), fc.nat(700))),
        (parts) => {
          const decoder = createFlowDecoder();
          for (const [head, tail, cut] of parts) {
            const bytes = Buffer.concat([head, tail]).subarray(0, cut);
            if (bytes.length >= 4 && bytes.readUInt16BE(0) === 10) bytes.writeUInt16BE(bytes.length, 2);
            expect(decoder.decode(bytes, ROUTER, AT_MS).flows.length).toBeLessThanOrEqual(4_096);
          }
          decoder.sweep(Number.POSITIVE_INFINITY);
          expect(decoder.size()).toEqual({ domains: 0, fields: 0, waitingBytes: 0 });
        },
      ),
    );
  });
});
