/** How the octets of an information element are read (RFC 7011 §6.1). */
export type ElementType = "unsigned" | "ip" | "mac" | "text" | "octets" | "seconds" | "ntp";
export type Element = { readonly name: string; readonly type: ElementType };

/** Private enterprise number under which the other half of a biflow is told (RFC 5103 §6.1). */
const REVERSE_PEN = 29_305;

/** IANA's IPFIX information elements, as far as exporters of flows send them; NetFlow v9's types are the same below 128. */
const TABLE: readonly (readonly [ElementType, Readonly<Record<number, string>>])[] = [
  [
    "unsigned",
    {
      ...{ 1: "octetDeltaCount", 2: "packetDeltaCount", 3: "deltaFlowCount", 4: "protocolIdentifier" },
      ...{ 5: "ipClassOfService", 6: "tcpControlBits", 7: "sourceTransportPort", 9: "sourceIPv4PrefixLength" },
      ...{ 10: "ingressInterface", 11: "destinationTransportPort", 13: "destinationIPv4PrefixLength" },
      ...{ 14: "egressInterface", 16: "bgpSourceAsNumber", 17: "bgpDestinationAsNumber" },
      ...{ 19: "postMCastPacketDeltaCount", 20: "postMCastOctetDeltaCount", 21: "flowEndSysUpTime" },
      ...{ 22: "flowStartSysUpTime", 23: "postOctetDeltaCount", 24: "postPacketDeltaCount" },
      ...{ 29: "sourceIPv6PrefixLength", 30: "destinationIPv6PrefixLength", 31: "flowLabelIPv6" },
      ...{ 32: "icmpTypeCodeIPv4", 34: "samplingInterval", 35: "samplingAlgorithm", 36: "flowActiveTimeout" },
      ...{ 37: "flowIdleTimeout", 48: "samplerId", 49: "samplerMode", 50: "samplerRandomInterval" },
      ...{ 52: "minimumTTL", 53: "maximumTTL", 58: "vlanId", 59: "postVlanId", 60: "ipVersion" },
      ...{ 61: "flowDirection", 85: "octetTotalCount", 86: "packetTotalCount", 89: "forwardingStatus" },
      ...{ 136: "flowEndReason", 139: "icmpTypeCodeIPv6", 144: "exportingProcessId", 148: "flowId" },
      ...{ 149: "observationDomainId", 152: "flowStartMilliseconds", 153: "flowEndMilliseconds" },
      ...{ 158: "flowStartDeltaMicroseconds", 159: "flowEndDeltaMicroseconds", 160: "systemInitTimeMilliseconds" },
      ...{ 161: "flowDurationMilliseconds", 176: "icmpTypeIPv4", 177: "icmpCodeIPv4", 178: "icmpTypeIPv6" },
      ...{ 179: "icmpCodeIPv6", 227: "postNAPTSourceTransportPort", 228: "postNAPTDestinationTransportPort" },
      ...{ 230: "natEvent", 231: "initiatorOctets", 232: "responderOctets", 233: "firewallEvent" },
      ...{ 234: "ingressVRFID", 235: "egressVRFID", 239: "biflowDirection", 243: "dot1qVlanId", 256: "ethernetType" },
      ...{ 298: "initiatorPackets", 299: "responderPackets", 302: "selectorId", 304: "selectorAlgorithm" },
      ...{ 305: "samplingPacketInterval", 306: "samplingPacketSpace", 352: "layer2OctetDeltaCount" },
    },
  ],
  [
    "ip",
    {
      ...{ 8: "sourceIPv4Address", 12: "destinationIPv4Address", 15: "ipNextHopIPv4Address" },
      ...{ 18: "bgpNextHopIPv4Address", 27: "sourceIPv6Address", 28: "destinationIPv6Address" },
      ...{ 62: "ipNextHopIPv6Address", 63: "bgpNextHopIPv6Address", 130: "exporterIPv4Address" },
      ...{ 131: "exporterIPv6Address", 225: "postNATSourceIPv4Address", 226: "postNATDestinationIPv4Address" },
      ...{ 281: "postNATSourceIPv6Address", 282: "postNATDestinationIPv6Address" },
    },
  ],
  [
    "mac",
    {
      ...{ 56: "sourceMacAddress", 57: "postDestinationMacAddress" },
      ...{ 80: "destinationMacAddress", 81: "postSourceMacAddress" },
    },
  ],
  [
    "text",
    {
      ...{ 82: "interfaceName", 83: "interfaceDescription", 84: "samplerName", 94: "applicationDescription" },
      ...{ 96: "applicationName", 371: "userName" },
    },
  ],
  ["octets", { 95: "applicationId", 210: "paddingOctets" }],
  ["seconds", { 150: "flowStartSeconds", 151: "flowEndSeconds" }],
  [
    "ntp",
    {
      ...{ 154: "flowStartMicroseconds", 155: "flowEndMicroseconds" },
      ...{ 156: "flowStartNanoseconds", 157: "flowEndNanoseconds" },
    },
  ],
];

const ELEMENTS = new Map<number, Element>(
  TABLE.flatMap(([type, names]) => Object.entries(names).map(([id, name]) => [Number(id), { name, type }] as const)),
);

/** The element of that number; one that is not known is named by its numbers and read by its length. */
export function elementOf(id: number, enterprise: number): Element {
  if (enterprise === 0) return ELEMENTS.get(id) ?? { name: `element${id}`, type: "octets" };
  const forward = enterprise === REVERSE_PEN ? ELEMENTS.get(id) : undefined;
  if (forward === undefined) return { name: `enterprise${enterprise}element${id}`, type: "octets" };
  return { name: `reverse${forward.name[0]?.toUpperCase()}${forward.name.slice(1)}`, type: forward.type };
}
