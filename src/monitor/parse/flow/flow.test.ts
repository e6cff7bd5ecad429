import { describe, expect, it, test } from "vitest";
import { answersOf, parseJson } from "../testing.ts";

const FLOW = {
  ...{ flowProtocol: "ipfix", exportTimeMilliseconds: 1_764_000_000_000, observationDomainId: 7 },
  ...{ flowStartMilliseconds: 1_763_999_990_123, flowEndMilliseconds: 1_763_999_999_000 },
  ...{ sourceIPv4Address: "192.0.2.1", destinationIPv4Address: "198.51.100.2", sourceTransportPort: 1025 },
  ...{ destinationTransportPort: 443, protocolIdentifier: 6, octetDeltaCount: 1500, packetDeltaCount: 3 },
  ...{ ingressInterface: 5, flowDirection: 1 },
};

describe("A network flow", () => {
  test.each(["auto", "flow"])("pinned to %s answers five of the six questions", (format) => {
    const event = parseJson(FLOW, { format, transport: "flow-udp" });
    expect(event.problem).toBe("");
    expect(answersOf(event)).toEqual({
      ...{ when: "2025-11-24T15:59:50.123Z", who: "", from: "192.0.2.1" },
      ...{ with: "tcp", what: "198.51.100.2:443", did: "flow-observed" },
    });
    expect(event.hot).toMatchObject({
      ...{ source_port: 1025, destination_port: 443, source_bytes: 1500, destination_bytes: 0 },
      ...{ network_transport: "tcp", network_direction: "egress", dataset: "flow.ipfix", user_name: "" },
    });
    expect(event.fields).toMatchObject({ ingressInterface: 5, "source.packets": 3 });
  });

  it("that was sampled has what passed in its columns, and what was counted in its fields", () => {
    const event = parseJson({ ...FLOW, samplingRate: 100, reverseOctetDeltaCount: 20 });
    expect(event.hot).toMatchObject({ source_bytes: 150_000, destination_bytes: 2_000 });
    expect(event.fields).toMatchObject({ octetDeltaCount: 1500, samplingRate: 100, "source.packets": 300 });
  });

  it("of IPv6 has its addresses too, and an interface's counters are no flow", () => {
    const { sourceIPv4Address: _, destinationIPv4Address: __, ...rest } = FLOW;
    const v6 = parseJson({ ...rest, sourceIPv6Address: "2001:db8::1", destinationIPv6Address: "2001:db8::2" });
    expect(v6.hot).toMatchObject({ source_ip: "2001:db8::1", what: "[2001:db8::2]:443" });
    const counters = parseJson({ ...rest, sampleType: "counters", ifIndex: 9 });
    expect(counters.hot).toMatchObject({ event_action: "", what: "interface 9" });
  });
});
